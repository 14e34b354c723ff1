/* Trainer: epochs over a data set with a generated training program. Everything that decides the result is in (seed, settings, state,
 * epoch): a run resumed from a checkpoint gives the same bits as one that was never stopped. */
#ifndef RUN_TRAINER_H
#define RUN_TRAINER_H

#include "run/callback.h"
#include "run/flips.h"

typedef struct {
    int epochs, batch_size;
    bool shuffle;
    double validation_split;     /* the last share of the training data, as Keras takes it */
    uint64_t seed;
    int initial_epoch;           /* the first epoch, when no checkpoint says another */
    int steps_per_epoch, validation_steps; /* batches; 0: all there are */
    const FitInfo *fit;          /* its callbacks */
    const char *checkpoint;      /* file written after every epoch, or NULL */
    const char *source_hash;     /* recorded in checkpoints */
    bool quiet, json;
} TrainSettings;

typedef struct {
    Arena *arena;
    const TrainProgram *program;
    TrainSettings settings;
    Feed train, validation;      /* validation.count 0: none */
    float *state;
    int epoch;                   /* finished so far */
    bool interrupted;            /* Ctrl-C: stopped after an epoch and its checkpoint */
    bool stopped;                /* by a callback, for good */
    bool resumed;
    Callbacks callbacks;
    Flips flips;
    Logs logs;                   /* of the last epoch */
    const char **names, **validation_names; /* of loss and metrics in the logs */
    /* buffers made once */
    void *workspace;
    FeedBatch batch;
    int *order;
} Trainer;

/* State comes from the initializers with the seed. validation: data of its own, or NULL for the split. trainer_free gives the big buffers
 * back. */
Trainer *trainer_new(Arena *arena, const TrainProgram *program, const Feed *data, const Feed *validation, const TrainSettings *settings);
void trainer_free(Trainer *trainer);

/* Runs the epochs that are left. False with *error when a file cannot be written or a callback fails. */
bool trainer_run(Trainer *trainer, const char **error);

/* Loss and metrics over all rows of a feed, in inference mode; classes (may be NULL) receive the predicted ones of output 0. */
Scores trainer_test(const Trainer *trainer, const Feed *feed, int *classes);

/* Everything that a checkpoint holds: state, epoch, settings, what callbacks know. */
bool trainer_save(const Trainer *trainer, const char *path, const char **error);
/* Reads a checkpoint: state, epoch and the settings that decide the result (seed, batch size, shuffle, split, steps) into *settings. */
typedef struct { uint64_t seed; int batch_size, epoch, shuffle, steps_per_epoch, initial_epoch; double validation_split; const char *source_hash; const TensorFile *file; } Checkpoint;
bool checkpoint_read(Arena *arena, const char *path, Checkpoint *out, const char **error);
bool trainer_resume(Trainer *trainer, const Checkpoint *checkpoint, const char *path, const char **error);

/* order[0..count-1] becomes the permutation of epoch under seed. */
void trainer_shuffle(int *order, int count, uint64_t seed, int epoch);

#endif

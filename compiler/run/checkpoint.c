/* Checkpoints and weight files of the trainer: safetensors with the run's settings as metadata. */
#include "run/trainer.h"

#include "run/weights.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void add_metadata(Arena *arena, TensorFile *file, const char *key, const char *value)
{
    VEC_PUSH(arena, &file->metadata_keys, key);
    VEC_PUSH(arena, &file->metadata_values, value);
}

static void add_settings(Arena *arena, TensorFile *file, const Trainer *trainer)
{
    const TrainSettings *settings = &trainer->settings;
    uint64_t split_bits;
    memcpy(&split_bits, &settings->validation_split, sizeof split_bits); /* exact, and free of the locale */
    add_metadata(arena, file, "epoch", arena_printf(arena, "%d", trainer->epoch));
    add_metadata(arena, file, "seed", arena_printf(arena, "%" PRIu64, settings->seed));
    add_metadata(arena, file, "batch_size", arena_printf(arena, "%d", settings->batch_size));
    add_metadata(arena, file, "shuffle", settings->shuffle ? "1" : "0");
    add_metadata(arena, file, "validation_split_bits", arena_printf(arena, "%" PRIu64, split_bits));
    add_metadata(arena, file, "source", settings->source_hash ? settings->source_hash : "");
}

/* An arena of its own: called once an epoch. */
bool trainer_save(const Trainer *trainer, const char *path, bool everything, const char **error)
{
    Arena *arena = arena_new();
    TensorFile file = { 0 };
    const char *message = NULL;
    add_metadata(arena, &file, "format", "bnnc");
    if (everything)
        add_settings(arena, &file, trainer);
    weights_collect_state(arena, trainer->program->variables, trainer->program->variable_count, trainer->state, everything, &file);
    bool good = safetensors_write(arena, path, &file, &message);
    if (!good)
        *error = arena_strdup(trainer->arena, message);
    arena_free(arena);
    return good;
}

static bool number(const TensorFile *file, const char *key, uint64_t limit, uint64_t *out)
{
    const char *text = tensor_file_metadata(file, key);
    char *end;
    if (!text || *text < '0' || *text > '9')
        return false;
    *out = strtoull(text, &end, 10);
    return *end == '\0' && *out <= limit;
}

bool checkpoint_read(Arena *arena, const char *path, Checkpoint *out, const char **error)
{
    out->file = tensor_file_read(arena, path, error);
    if (!out->file)
        return false;
    uint64_t epoch, batch, shuffle, split;
    if (!number(out->file, "epoch", 1 << 30, &epoch) || !number(out->file, "seed", UINT64_MAX, &out->seed) ||
        !number(out->file, "batch_size", 1 << 30, &batch) || batch == 0 || !number(out->file, "shuffle", 1, &shuffle) ||
        !number(out->file, "validation_split_bits", UINT64_MAX, &split)) {
        *error = arena_printf(arena, "%s: not a checkpoint of `bnnc train` (a weight file? then --weights starts from it)", path);
        return false;
    }
    out->epoch = (int)epoch;
    out->batch_size = (int)batch;
    out->shuffle = (int)shuffle;
    memcpy(&out->validation_split, &split, sizeof split);
    if (!(out->validation_split < 1.0))
        out->validation_split = 0;
    out->source_hash = tensor_file_metadata(out->file, "source");
    return true;
}

bool trainer_resume(Trainer *trainer, const Checkpoint *checkpoint, const char *path, const char **error)
{
    trainer->epoch = checkpoint->epoch;
    return weights_load_state(trainer->arena, trainer->program->variables, trainer->program->variable_count, trainer->state, checkpoint->file,
                              path, true, NULL, error);
}

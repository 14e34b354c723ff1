/* Checkpoints of the trainer: safetensors with the run's settings and what callbacks know as metadata; kept weights of callback k are tensors
 * callback_k/NAME. */
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
    add_metadata(arena, file, "steps_per_epoch", arena_printf(arena, "%d", settings->steps_per_epoch));
    add_metadata(arena, file, "initial_epoch", arena_printf(arena, "%d", settings->initial_epoch));
    add_metadata(arena, file, "stopped", trainer->stopped ? "1" : "0");
    add_metadata(arena, file, "source", settings->source_hash ? settings->source_hash : "");
}

/* --- callbacks: "EarlyStopping 4009..." : the kind, then its numbers as the bits of doubles */
static const char *callback_words(Arena *arena, const CallbackRun *run)
{
    Text text = text_new(arena);
    text_add(&text, callback_name(run->callback->kind));
    for (int i = 0; i < CALLBACK_NUMBERS; i++) {
        uint64_t bits;
        memcpy(&bits, &run->number[i], sizeof bits);
        text_printf(&text, " %" PRIx64, bits);
    }
    return text.at;
}

static void add_callbacks(Arena *arena, TensorFile *file, const Trainer *trainer)
{
    for (int k = 0; k < trainer->callbacks.count; k++) {
        const CallbackRun *run = &trainer->callbacks.at[k];
        add_metadata(arena, file, arena_printf(arena, "callback_%d", k), callback_words(arena, run));
        int first = file->tensors.count;
        if (run->kept)
            weights_collect_state(arena, trainer->program->variables, trainer->program->variable_count, run->kept, false, file);
        for (int i = first; i < file->tensors.count; i++)
            file->tensors.at[i].name = arena_printf(arena, "callback_%d/%s", k, file->tensors.at[i].name);
    }
}

static bool read_numbers(const char *words, CallbackRun *run)
{
    const char *name = callback_name(run->callback->kind), *at = words + strlen(name);
    if (strncmp(words, name, strlen(name)) != 0 || *at != ' ')
        return false;
    for (int i = 0; i < CALLBACK_NUMBERS; i++) {
        char *end;
        uint64_t bits = strtoull(at, &end, 16);
        if (end == at)
            return false;
        memcpy(&run->number[i], &bits, sizeof bits);
        at = end;
    }
    return *at == '\0';
}

static bool read_kept(const Trainer *trainer, const TensorFile *file, int k, CallbackRun *run)
{
    for (int i = 0; i < trainer->program->variable_count; i++) {
        const bnn_variable *row = &trainer->program->variables[i];
        const NamedTensor *tensor = row->kind < 2 ? tensor_file_find(file, arena_printf(trainer->arena, "callback_%d/%s", k, row->name)) : NULL;
        if (!tensor)
            continue;
        if (tensor->count != row->count)
            return false;
        if (!run->kept && !(run->kept = calloc(1, trainer->program->state_bytes)))
            return false;
        memcpy(run->kept + row->offset, tensor->data, row->count * sizeof(float));
    }
    return true;
}

/* The same callbacks in the same order: anything else would be another run. */
static bool read_callbacks(Trainer *trainer, const TensorFile *file)
{
    Arena *arena = trainer->arena;
    for (int k = 0; k < trainer->callbacks.count; k++) {
        const char *words = tensor_file_metadata(file, arena_printf(arena, "callback_%d", k));
        if (!words || !read_numbers(words, &trainer->callbacks.at[k]) || !read_kept(trainer, file, k, &trainer->callbacks.at[k]))
            return false;
    }
    return !tensor_file_metadata(file, arena_printf(arena, "callback_%d", trainer->callbacks.count));
}

/* An arena of its own: called once an epoch. */
bool trainer_save(const Trainer *trainer, const char *path, const char **error)
{
    Arena *arena = arena_new();
    TensorFile file = { 0 };
    const char *message = NULL;
    add_metadata(arena, &file, "format", "bnnc");
    add_settings(arena, &file, trainer);
    weights_collect_state(arena, trainer->program->variables, trainer->program->variable_count, trainer->state, true, &file);
    add_callbacks(arena, &file, trainer);
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
    uint64_t epoch, batch, shuffle, split, steps, initial;
    if (!number(out->file, "epoch", 1 << 30, &epoch) || !number(out->file, "seed", UINT64_MAX, &out->seed) ||
        !number(out->file, "batch_size", 1 << 30, &batch) || batch == 0 || !number(out->file, "shuffle", 1, &shuffle) ||
        !number(out->file, "validation_split_bits", UINT64_MAX, &split) || !number(out->file, "steps_per_epoch", 1 << 30, &steps) ||
        !number(out->file, "initial_epoch", 1 << 30, &initial)) {
        *error = arena_printf(arena, "%s: not a checkpoint of `bnnc train` (a weight file? then --weights starts from it)", path);
        return false;
    }
    out->epoch = (int)epoch;
    out->batch_size = (int)batch;
    out->shuffle = (int)shuffle;
    out->steps_per_epoch = (int)steps;
    out->initial_epoch = (int)initial;
    memcpy(&out->validation_split, &split, sizeof split);
    if (!(out->validation_split < 1.0))
        out->validation_split = 0;
    out->source_hash = tensor_file_metadata(out->file, "source");
    return true;
}

bool trainer_resume(Trainer *trainer, const Checkpoint *checkpoint, const char *path, const char **error)
{
    const char *stopped = tensor_file_metadata(checkpoint->file, "stopped");
    trainer->epoch = checkpoint->epoch;
    trainer->resumed = true;
    trainer->stopped = stopped && strcmp(stopped, "1") == 0;
    if (!read_callbacks(trainer, checkpoint->file)) {
        *error = arena_printf(trainer->arena, "%s was made with other callbacks", path);
        return false;
    }
    return weights_load_state(trainer->arena, trainer->program->variables, trainer->program->variable_count, trainer->state, checkpoint->file,
                              path, true, NULL, error);
}

/* Callbacks that write files: ModelCheckpoint, CSVLogger. */
#include "run/callback.h"

#include "run/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- ModelCheckpoint */
enum { CHECKPOINT_BEST, CHECKPOINT_EPOCHS, CHECKPOINT_BATCHES };

static bool larger_is_better(const CallbackRun *run)
{
    const char *mode = callback_text(run, "mode"), *monitor = callback_text(run, "monitor");
    if (strcmp(mode, "auto") != 0)
        return strcmp(mode, "max") == 0;
    return strstr(monitor, "acc") || strncmp(monitor, "fmeasure", 8) == 0;
}

/* "{name}" or "{name:02d}", "{name:.4f}": the number as printf would write it. False: no such figure, or no such form. */
static bool add_field(Text *out, const char *field, size_t length, const Moment *moment)
{
    size_t name = strcspn(field, ":}");
    const char *called = arena_strndup(moment->arena, field, name);
    const char *form = name < length ? arena_strndup(moment->arena, field + name + 1, length - name - 1) : "";
    size_t digits = strspn(form, "0123456789.");
    double value = moment->epoch + 1;
    bool whole = strcmp(called, "epoch") == 0 || strcmp(called, "batch") == 0;
    if (strcmp(called, "batch") == 0)
        value = moment->batch + 1;
    else if (!whole && !logs_get(moment->logs, called, &value))
        return false;
    if (digits > 8 || (form[digits] && (form[digits + 1] || !strchr(whole ? "d" : "eEfFgG", form[digits]))))
        return false;
    if (whole)
        text_printf(out, arena_printf(moment->arena, "%%%.*sd", (int)digits, form), (int)value);
    else
        text_printf(out, arena_printf(moment->arena, "%%%.*s%c", (int)digits, form, form[digits] ? form[digits] : 'g'), value);
    return true;
}

static const char *with_ending(Arena *arena, const char *path)
{
    static const char *const others[] = { ".weights.h5", ".h5", ".hdf5", ".keras", ".tf", ".ckpt" };
    size_t length = strlen(path);
    if (text_ends_with(path, ".safetensors"))
        return path;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (text_ends_with(path, others[i])) {
            length -= strlen(others[i]);
            break;
        }
    return arena_printf(arena, "%.*s.safetensors", (int)length, path);
}

/* NULL with moment->error set when a field is not known. */
static const char *file_path(const CallbackRun *run, Moment *moment)
{
    const char *path = callback_text(run, "filepath");
    Text out = text_new(moment->arena);
    for (const char *at = path; *at; at++) {
        size_t length = *at == '{' ? strcspn(at + 1, "}") : 0;
        if (*at != '{') {
            text_add_bytes(&out, at, 1);
            continue;
        }
        if (!at[1 + length] || !add_field(&out, at + 1, length, moment)) {
            moment->error = arena_printf(moment->arena, "ModelCheckpoint: '%.*s' in filepath is no figure of this run", (int)length + 2, at);
            return NULL;
        }
        at += length + 1;
    }
    return with_ending(moment->arena, out.at ? out.at : "");
}

static void checkpoint_begin(CallbackRun *run, Moment *moment)
{
    double first = callback_number(run, "initial_value_threshold");
    (void)moment;
    run->number[CHECKPOINT_BEST] = !isnan(first) ? first : larger_is_better(run) ? -INFINITY : INFINITY;
    run->number[CHECKPOINT_EPOCHS] = run->number[CHECKPOINT_BATCHES] = 0;
}

static bool is_best(CallbackRun *run, const Moment *moment)
{
    double value, best = run->number[CHECKPOINT_BEST];
    if (callback_number(run, "save_best_only") == 0)
        return true;
    if (!callback_watched(run, moment, &value) || !(larger_is_better(run) ? value > best : value < best))
        return false;
    run->number[CHECKPOINT_BEST] = value;
    return true;
}

static void save(CallbackRun *run, Moment *moment)
{
    const char *path = is_best(run, moment) ? file_path(run, moment) : NULL, *error = "";
    if (path && !file_make_folders(moment->arena, path, &error))
        moment->error = arena_printf(moment->arena, "ModelCheckpoint: %s", error);
    else if (path && !weights_save_state(moment->arena, moment->program->variables, moment->program->variable_count, moment->state, path, &error))
        moment->error = arena_printf(moment->arena, "ModelCheckpoint: %s", error);
}

static bool by_epochs(const CallbackRun *run)
{
    return callback_text(run, "save_freq") != NULL;
}

static void checkpoint_epoch_end(CallbackRun *run, Moment *moment)
{
    run->number[CHECKPOINT_EPOCHS]++;
    if (!by_epochs(run) || run->number[CHECKPOINT_EPOCHS] < callback_number(run, "period"))
        return;
    run->number[CHECKPOINT_EPOCHS] = 0;
    save(run, moment);
}

static void checkpoint_batch_end(CallbackRun *run, Moment *moment)
{
    run->number[CHECKPOINT_BATCHES]++;
    if (by_epochs(run) || run->number[CHECKPOINT_BATCHES] < callback_number(run, "save_freq"))
        return;
    run->number[CHECKPOINT_BATCHES] = 0;
    save(run, moment);
}

const CallbackType callback_ModelCheckpoint = { .begin = checkpoint_begin, .batch_end = checkpoint_batch_end, .epoch_end = checkpoint_epoch_end };

/* --- CSVLogger */

/* The shortest text that reads back as this double, as Python writes it; logged values are float32. */
static const char *shortest(Arena *arena, double value, bool single)
{
    char text[40] = "nan";
    for (int digits = 1; isfinite(value) && digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        double back = strtod(text, NULL);
        if (single ? (float)back == (float)value : back == value)
            break;
    }
    if (isinf(value))
        return value < 0 ? "-inf" : "inf";
    if (value == floor(value) && fabs(value) < 1e16)
        snprintf(text, sizeof text, "%.1f", value);
    return arena_strdup(arena, text);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The columns are the first epoch's figures, in alphabetical order; without validation Keras appends empty val_ columns, and so does this. */
static void choose_keys(CallbackRun *run, const Moment *moment)
{
    bool validation = false;
    int count = moment->logs->count;
    run->keys = ARENA_ARRAY(moment->arena, const char *, 2 * count + 1);
    for (int i = 0; i < count; i++) {
        run->keys[i] = moment->logs->name[i];
        validation |= strncmp(run->keys[i], "val_", 4) == 0;
    }
    qsort(run->keys, (size_t)count, sizeof *run->keys, by_name);
    for (int i = 0; i < count && !validation; i++)
        run->keys[count + i] = arena_printf(moment->arena, "val_%s", run->keys[i]);
    run->key_count = validation ? count : 2 * count;
}

static bool is_empty(const char *path)
{
    FILE *file = fopen(path, "rb");
    bool empty = !file || fgetc(file) == EOF;
    if (file)
        fclose(file);
    return empty;
}

static void write_line(const CallbackRun *run, Moment *moment, const char *mode, const char *line)
{
    FILE *file = fopen(callback_text(run, "filename"), mode);
    bool good = file && (fputs(line, file), !ferror(file));
    good = file && fclose(file) == 0 && good;
    if (!good)
        moment->error = arena_printf(moment->arena, "CSVLogger: %s: cannot write", callback_text(run, "filename"));
}

/* A run that starts empties the file unless it appends; one that is resumed goes on in it. */
static void csv_begin(CallbackRun *run, Moment *moment)
{
    if (callback_number(run, "append") == 0)
        write_line(run, moment, "wb", "");
}

static void csv_epoch_end(CallbackRun *run, Moment *moment)
{
    const char *separator = callback_text(run, "separator");
    Text line = text_new(moment->arena);
    if (!run->keys)
        choose_keys(run, moment);
    if (is_empty(callback_text(run, "filename"))) {
        text_add(&line, "epoch");
        for (int i = 0; i < run->key_count; i++)
            text_printf(&line, "%s%s", separator, run->keys[i]);
        text_add(&line, "\r\n");
    }
    text_printf(&line, "%d", moment->epoch);
    for (int i = 0; i < run->key_count; i++) {
        double value;
        bool known = logs_get(moment->logs, run->keys[i], &value);
        text_printf(&line, "%s%s", separator, known ? shortest(moment->arena, value, strcmp(run->keys[i], "lr") == 0) : "NA");
    }
    text_add(&line, "\r\n");
    write_line(run, moment, "ab", line.at);
}

const CallbackType callback_CSVLogger = { .begin = csv_begin, .epoch_end = csv_epoch_end };

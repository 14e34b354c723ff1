/* bnnc train: model and data set in, trained latent weights out. The command line wins over the file's fit(); a checkpoint's settings
 * hold unless the command line contradicts them, which is an error because the result would be another one. */
#include "cmd/commands.h"
#include "cmd/session.h"
#include "run/trainer.h"
#include "run/weights.h"

#include <math.h>
#include <string.h>

enum { DEFAULT_EPOCHS = 10, DEFAULT_BATCH = 32 };

static bool check_options(Compilation *c)
{
    const Options *options = c->options;
    if (!options->output && !options->checkpoint)
        return compilation_refuse(c, "where should the weights go? -o WEIGHTS.safetensors");
    if (options->resume && options->weights)
        return compilation_refuse(c, "--resume and --weights exclude each other");
    if (options->batch_size == 0 || options->batch_size > 1 << 20)
        return compilation_refuse(c, "--batch-size must be 1 to %d", 1 << 20);
    if (!isnan(options->validation_split) && !(options->validation_split >= 0 && options->validation_split < 1))
        return compilation_refuse(c, "--validation-split must be at least 0 and below 1");
    return true;
}

static TrainSettings settings_from(const Compilation *c)
{
    const Options *options = c->options;
    const FitInfo *fit = &c->model->fit;
    return (TrainSettings){
        .epochs = options->epochs >= 0 ? options->epochs : fit->epochs > 0 ? fit->epochs : DEFAULT_EPOCHS,
        .batch_size = options->batch_size > 0 ? options->batch_size : fit->batch_size > 0 ? fit->batch_size : DEFAULT_BATCH,
        .shuffle = !options->no_shuffle && fit->shuffle != 0,
        .validation_split = !isnan(options->validation_split) ? options->validation_split : fit->validation_split > 0 ? fit->validation_split : 0,
        .seed = compilation_seed(c),
        .initial_epoch = fit->initial_epoch,
        .steps_per_epoch = options->steps_per_epoch > 0 ? options->steps_per_epoch : fit->steps_per_epoch,
        .validation_steps = fit->validation_steps,
        .fit = fit,
        .checkpoint = options->checkpoint,
        .source_hash = c->source_hash,
        .quiet = options->quiet,
        .json = options->json,
    };
}

/* Settings of the run that made the checkpoint; what the command line says must agree. */
static bool apply_checkpoint(Compilation *c, const Checkpoint *checkpoint, TrainSettings *settings)
{
    const Options *options = c->options;
    if ((options->seed >= 0 && (uint64_t)options->seed != checkpoint->seed) ||
        (options->batch_size >= 0 && options->batch_size != checkpoint->batch_size) ||
        (!isnan(options->validation_split) && options->validation_split != checkpoint->validation_split) ||
        (options->steps_per_epoch >= 0 && options->steps_per_epoch != checkpoint->steps_per_epoch) || (options->no_shuffle && checkpoint->shuffle))
        return compilation_refuse(c, "%s was made with other settings: --seed %llu --batch-size %d --validation-split %g%s", options->resume,
                                  (unsigned long long)checkpoint->seed, checkpoint->batch_size, checkpoint->validation_split,
                                  checkpoint->shuffle ? "" : " --no-shuffle");
    if (checkpoint->source_hash && strcmp(checkpoint->source_hash, c->source_hash) != 0)
        fprintf(stderr, "bnnc: note: %s has changed since %s was written\n", options->file, options->resume);
    settings->seed = checkpoint->seed;
    settings->batch_size = checkpoint->batch_size;
    settings->shuffle = checkpoint->shuffle;
    settings->steps_per_epoch = checkpoint->steps_per_epoch;
    settings->initial_epoch = checkpoint->initial_epoch;
    settings->validation_split = checkpoint->validation_split;
    return true;
}

static bool set_start(Compilation *c, Trainer *trainer, const Checkpoint *checkpoint)
{
    const char *error = "", *path = c->options->weights;
    if (c->options->resume)
        return trainer_resume(trainer, checkpoint, c->options->resume, &error) || compilation_refuse(c, "%s", error);
    if (!path)
        return true;
    const TensorFile *file = tensor_file_read(c->arena, path, &error);
    return (file && weights_load_state(c->arena, trainer->program->variables, trainer->program->variable_count, trainer->state, file, path, false,
                                       c->options->quiet ? NULL : stderr, &error)) ||
           compilation_refuse(c, "%s", error);
}

static void print_test_json(const Logs *logs, int right, int count)
{
    printf("{\"test\": %d", count);
    for (int i = 0; i < logs->count; i++)
        logs_print_json(stdout, logs->name[i], logs->value[i]);
    printf(right >= 0 ? ", \"right\": %d}\n" : "}\n", right);
}

static void print_test_line(const Logs *logs, int right, int count)
{
    for (int i = 0; i < logs->count; i++)
        printf("%s%s %.4f", i ? "  " : "test  ", logs->name[i], logs->value[i]);
    if (right >= 0)
        printf("  %.2f %% of %d images right", 100.0 * right / count, count);
    putchar('\n');
}

static void print_test(const Trainer *trainer, const Feed *test)
{
    int *classes = ARENA_ARRAY(trainer->arena, int, test->count), right = test->classes ? 0 : -1;
    Scores scores = trainer_test(trainer, test, classes);
    Logs logs = { 0 };
    scores_log(&scores, trainer->program, trainer->names, &logs);
    for (int i = 0; i < test->count && test->classes; i++)
        right += classes[i] == feed_class(test, i);
    (trainer->settings.json ? print_test_json : print_test_line)(&logs, right, test->count);
}

static bool save_weights(const Trainer *trainer, const char *path, const char **error)
{
    return weights_save_state(trainer->arena, trainer->program->variables, trainer->program->variable_count, trainer->state, path, error);
}

static bool run(Compilation *c, Trainer *trainer, const Feed *test)
{
    const char *error = "", *output = c->options->output;
    callbacks_check(&trainer->callbacks, trainer->program, trainer->validation.count > 0, stderr);
    if (!trainer_run(trainer, &error) || (output && !save_weights(trainer, output, &error)))
        return compilation_refuse(c, "%s", error);
    if (trainer->interrupted && !trainer->stopped && trainer->epoch < trainer->settings.epochs)
        fprintf(trainer->settings.json ? stderr : stdout, "stopped after epoch %d of %d%s%s\n", trainer->epoch, trainer->settings.epochs,
               c->options->checkpoint ? "; go on with --resume " : "", c->options->checkpoint ? c->options->checkpoint : "");
    else if (!c->options->quiet && test)
        print_test(trainer, test);
    return true;
}

/* The model must say how it is trained, and the file system must be able to take the result before hours are spent. */
static bool check_model(Compilation *c)
{
    const char *error = "", *output = c->options->output, *checkpoint = c->options->checkpoint;
    if (!c->model->compile.present)
        return compilation_reject(c, c->model->span, "add model.compile(optimizer=..., loss=...)", "`bnnc train` needs an optimizer and a loss");
    if ((output && !file_writable(c->arena, output, &error)) || (checkpoint && !file_writable(c->arena, checkpoint, &error)))
        return compilation_refuse(c, "%s", error);
    return true;
}

typedef struct { const Feed *train, *test, *validation; } Feeds;

/* --validation-data, or what the file's fit() says: the test half, or data of its own. */
static bool validation_feed(Compilation *c, ImageScale scale, Feeds *feeds)
{
    const char *name = c->options->validation_data, *error = "";
    DataSet data;
    bool one;
    if (!name && (!c->model->fit.validate_on_test || !isnan(c->options->validation_split)))
        return true;
    feeds->validation = feeds->test;
    if ((!name || strcmp(name, "test") == 0) && feeds->test)
        return true;
    if (!name)
        return compilation_refuse(c, "the file validates on its test set, and %s has none; give --validation-split or --validation-data", c->options->data);
    if (strcmp(name, "test") == 0)
        return compilation_refuse(c, "--validation-data test: %s has no test half", c->options->data);
    if (!data_load(c->arena, name, NULL, &data, &one, &error) || !(feeds->validation = feed_new(c->arena, c->model, &data, scale, true, &error)))
        return compilation_refuse(c, "%s: %s", name, error);
    return true;
}

static bool make_feeds(Compilation *c, Feeds *feeds)
{
    DataSet train, test;
    ImageScale scale;
    const char *error = "", *which = "training";
    bool one;
    if (!session_data(c, &train, &test, &one) || !session_scale(c, &scale))
        return false;
    feeds->train = feed_new(c->arena, c->model, &train, scale, true, &error);
    if (feeds->train && !one) {
        which = "test";
        feeds->test = feed_new(c->arena, c->model, &test, scale, true, &error);
    }
    if (!feeds->train || (!one && !feeds->test))
        return compilation_refuse(c, "%s, %s data: %s", c->options->data, which, error);
    return validation_feed(c, scale, feeds);
}

static bool train(Compilation *c)
{
    Feeds feeds = { 0 };
    ProgramOptions program_options;
    Checkpoint checkpoint = { 0 };
    const char *error = "";
    if (!check_model(c) || !make_feeds(c, &feeds) || !session_program_options(c, &program_options))
        return false;
    TrainSettings settings = settings_from(c);
    if (c->options->resume && !checkpoint_read(c->arena, c->options->resume, &checkpoint, &error))
        return compilation_refuse(c, "%s", error);
    if (c->options->resume && !apply_checkpoint(c, &checkpoint, &settings))
        return false;
    program_options.batch = settings.batch_size;
    TrainProgram *program = program_train(c->arena, c->model, &program_options, &error);
    if (!program)
        return compilation_no_program(c, error);
    Trainer *trainer = trainer_new(c->arena, program, feeds.train, feeds.validation, &settings);
    bool good = set_start(c, trainer, &checkpoint) && run(c, trainer, feeds.test);
    trainer_free(trainer);
    jit_free(program->jit);
    return good;
}

int command_train(Arena *arena, const Options *options)
{
    Compilation c = compilation_begin(arena, options);
    (void)(check_options(&c) && compilation_read(&c) && compilation_model(&c) && train(&c));
    return c.status;
}

/* The later steps of a compilation: passes and plan, C text, files. See compilation.h; main.c runs them. */
#include "cmd/compilation.h"

#include "run/program.h"

#include <string.h>

static bool dumps(const Compilation *c, const char *what)
{
    return c->options->dump && strcmp(c->options->dump, what) == 0;
}

static const char *file_stem(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    return arena_strndup(arena, name, dot ? (size_t)(dot - name) : strlen(name));
}

/* -o is needed unless something else was asked for. The stem of the C file names the header and, without --prefix, the functions. */
static bool name_output(Compilation *c)
{
    const char *output = c->options->output;
    if (!output && !c->options->report && !c->options->json && !c->options->dump)
        return compilation_refuse(c, "where should the C go? -o MODEL.c (or --report, --dump=...)");
    if (output && !text_ends_with(output, ".c"))
        return compilation_refuse(c, "-o %s: the name must end in .c; the header goes beside it", output);
    c->stem = file_stem(c->arena, output ? output : c->options->file);
    if (output && !*c->stem)
        return compilation_refuse(c, "-o %s: no name before .c", output);
    c->prefix = c->options->prefix ? c->options->prefix : prefix_from_stem(c->arena, c->stem);
    const char *refusal = prefix_refusal(c->arena, c->prefix);
    if (output && !c->options->prefix && !refusal && !c->options->quiet && strncmp(c->prefix, c->stem, 1) != 0)
        fprintf(stderr, "bnnc: note: no C name begins like '%s': the prefix is '%s'\n", c->stem, c->prefix);
    if (!refusal)
        return true;
    if (!output && !c->options->prefix)
        c->prefix = "model"; /* nothing is written: any name will do */
    else
        return compilation_refuse(c, "%s; choose another with --prefix", refusal);
    return true;
}

static bool dump_graph(Compilation *c)
{
    const char *colon = strchr(c->options->dump, ':'), *names[64];
    PassOptions passes = { .mode = c->weights_origin ? MODE_INFER : MODE_TRAIN, .model = c->model, .constants = c->weights_origin != NULL };
    if (!colon) {
        graph_dump(c->model->graph, stdout);
        return false;
    }
    int count, known = 0;
    const PassRow *table = passes_table(&count);
    for (int i = 0; i < count && known < 62; i++)
        if (table[i].modes & passes.mode)
            names[known++] = table[i].name;
    names[known++] = "canonical";
    for (int i = 0; i < known; i++)
        if (strcmp(names[i], colon + 1) == 0)
            passes.stop_after = names[i];
    if (!passes.stop_after) {
        const char *near = text_nearest(colon + 1, names, known);
        return compilation_refuse(c, near ? "unknown pass '%s'; did you mean '%s'?" : "unknown pass '%s'; `bnnc help passes` lists them", colon + 1,
                                  near);
    }
    graph_dump(passes_run(c->model->graph, &passes), stdout);
    return false;
}

static bool check_options(Compilation *c)
{
    if (c->options->batch_size == 0 || c->options->batch_size > 1 << 20)
        return compilation_refuse(c, "--batch-size must be 1 to %d", 1 << 20);
    const char *dump = c->options->dump;
    if (!dump || strcmp(dump, "ast") == 0 || strcmp(dump, "plan") == 0 || strncmp(dump, "graph", 5) == 0)
        return true;
    return compilation_refuse(c, "--dump takes ast, graph, graph:PASS or plan, not '%s'", dump);
}

static bool needs_training_settings(Compilation *c)
{
    if (c->weights_origin || c->model->compile.present)
        return false;
    compilation_reject(c, c->model->span, "add model.compile(optimizer=..., loss=...), or give --weights for inference C",
                       "training C needs an optimizer and a loss");
    return true;
}

/* The largest batch that the training C takes. */
static int batch_size(const Compilation *c)
{
    if (c->options->batch_size > 0)
        return c->options->batch_size;
    return c->model->fit.batch_size > 0 ? c->model->fit.batch_size : 32;
}

bool compilation_plan(Compilation *c)
{
    if (!check_options(c) || !name_output(c) || !compilation_plan_options(c, "generic"))
        return false;
    if (dumps(c, "graph"))
        return dump_graph(c);
    if (needs_training_settings(c))
        return false;
    if (c->options->dump && strncmp(c->options->dump, "graph", 5) == 0)
        return dump_graph(c);
    if (c->weights_origin) {
        c->plan = program_plan_packed(c->arena, c->model, &c->plan_options);
    } else {
        c->plan_options.batch = batch_size(c);
        c->plan = program_plan_train(c->arena, c->model, &c->plan_options, NULL);
        c->evaluate = c->plan ? program_plan_evaluate(c->arena, c->model, &c->plan_options) : NULL;
    }
    if (!c->plan || (!c->weights_origin && !c->evaluate))
        return compilation_no_program(c, "");
    if (dumps(c, "plan"))
        plan_dump(c->plan, stdout);
    if (c->options->report || c->options->json)
        report_print(c->plan, stdout, c->options->json);
    return c->options->output && !c->options->dump;
}

/* What decides the text, as typed: the header of the C file repeats it. */
static const char *options_text(Compilation *c)
{
    Text text = text_new(c->arena);
    const Options *options = c->options;
    text_printf(&text, "--target %s", c->plan_options.target->name);
    if (options->prefix)
        text_printf(&text, " --prefix %s", options->prefix);
    if (options->runtime)
        text_printf(&text, " --runtime %s", options->runtime);
    if (options->unroll)
        text_printf(&text, " --unroll %s", options->unroll);
    if (options->max_code > 0)
        text_printf(&text, " --max-code %d", options->max_code);
    if (options->batch_size > 0)
        text_printf(&text, " --batch-size %d", options->batch_size);
    if (options->selftest)
        text_add(&text, " --selftest");
    if (options->input)
        text_printf(&text, " --input %s", options->input);
    if (options->model)
        text_printf(&text, " --model '%s'", options->model);
    for (int i = 0; i < options->set.count; i++)
        text_printf(&text, " --set '%s'", options->set.at[i]);
    if (options->init_weights)
        text_printf(&text, " --init-weights --seed %llu", (unsigned long long)compilation_seed(c));
    return text.at;
}

bool compilation_emit(Compilation *c)
{
    EmitOptions emit = { .file_stem = c->stem, .source_hash = c->source_hash, .weights_origin = c->weights_origin, .options_text = options_text(c) };
    if (c->options->selftest && !c->weights_origin)
        return compilation_refuse(c, "--selftest tests inference: give --weights as well");
    if (c->options->selftest && !selftest_vectors(c, &emit))
        return false;
    c->text = c->weights_origin ? emit_inference(c->arena, c->plan, c->model, &emit)
                              : emit_training(c->arena, c->plan, c->evaluate, c->model, &emit);
    return true;
}

static void print_c(const void *file, TextPut *put, void *to)
{
    c_file_print(file, put, to);
}

bool compilation_write(Compilation *c)
{
    const char *error = "", *output = c->options->output;
    char *header = arena_strdup(c->arena, output);
    header[strlen(header) - 1] = 'h';
    FileBytes files[2] = { { .path = output, .print = print_c, .what = c->text.c },
                           { .path = header, .bytes = c->text.h_text, .count = strlen(c->text.h_text) } };
    return file_write_all(c->arena, 2, files, &error) || compilation_refuse(c, "%s", error);
}

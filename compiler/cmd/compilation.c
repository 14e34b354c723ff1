/* The first steps of every command: read, evaluate, load weights. See compilation.h; compile.c has the later ones. */
#include "cmd/compilation.h"

#include "run/weights.h"

#include <stdlib.h>
#include <string.h>

Compilation compilation_begin(Arena *arena, const Options *options)
{
    return (Compilation){ .arena = arena, .options = options, .diag = diag_new(arena), .late = diag_new(arena), .status = STATUS_GOOD };
}

bool compilation_refuse(Compilation *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("bnnc: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    c->status = STATUS_USAGE;
    return false;
}

static void print_diagnostics(const Compilation *c, const Diag *diag)
{
    if (c->options->diagnostics && strcmp(c->options->diagnostics, "json") == 0)
        diag_print_json(diag, stderr);
    else
        diag_print(diag, stderr);
}

static bool report_late(Compilation *c)
{
    print_diagnostics(c, c->late);
    c->status = STATUS_MODEL;
    return false;
}

bool compilation_reject(Compilation *c, Span span, const char *hint, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Message *message = diag_error(c->late, span, "%s", arena_vprintf(c->arena, format, arguments));
    va_end(arguments);
    if (hint)
        diag_hint(message, "%s", hint);
    return report_late(c);
}

bool compilation_no_program(Compilation *c, const char *error)
{
    return diag_errors(c->late) ? report_late(c) : compilation_refuse(c, "the generated C does not compile here: %s", error);
}

uint64_t compilation_seed(const Compilation *c)
{
    return c->options->seed < 0 ? 0 : (uint64_t)c->options->seed;
}

bool compilation_read(Compilation *c)
{
    const char *error = "";
    c->source = source_read(c->arena, c->options->file, &error);
    if (!c->source)
        return compilation_refuse(c, "%s", error);
    c->source_hash = sha256_hex(c->arena, c->source->text, c->source->length);
    return true;
}

/* "28,28,1" or "28,28,1:uint8" */
static bool parse_input(Compilation *c, const char *text, ModelOptions *out)
{
    const char *at = text, *colon = strchr(text, ':');
    for (; *at && *at != ':'; at += *at == ',') {
        char *end;
        long size = strtol(at, &end, 10);
        if (end == at || size <= 0 || size > 1 << 24 || (*end && *end != ',' && *end != ':') || out->input_shape.rank == SHAPE_MAX)
            return compilation_refuse(c, "--input takes a shape such as 28,28,1 or 28,28,1:uint8, not '%s'", text);
        out->input_shape.dim[out->input_shape.rank++] = (int)size;
        at = end;
    }
    if (out->input_shape.rank == 0)
        return compilation_refuse(c, "--input takes a shape such as 28,28,1 or 28,28,1:uint8, not '%s'", text);
    out->input_dtype = colon ? colon + 1 : NULL;
    if (colon && strcmp(colon + 1, "uint8") && strcmp(colon + 1, "int8") && strcmp(colon + 1, "float32"))
        return compilation_refuse(c, "--input: the element type is float32, uint8 or int8, not '%s'", colon + 1);
    return true;
}

static bool parse_sets(Compilation *c, FrontOptions *front)
{
    int count = c->options->set.count;
    const char **names = ARENA_ARRAY(c->arena, const char *, count + 1), **values = ARENA_ARRAY(c->arena, const char *, count + 1);
    for (int i = 0; i < count; i++) {
        const char *text = c->options->set.at[i], *equals = strchr(text, '=');
        if (!equals || equals == text || !equals[1])
            return compilation_refuse(c, "--set takes NAME=VALUE, not '%s'", text);
        names[i] = arena_intern(c->arena, text, (size_t)(equals - text));
        values[i] = equals + 1;
    }
    front->set_names = names;
    front->set_values = values;
    front->set_count = count;
    return true;
}

/* Where a file's own call of summary shows: not where standard output is for something else. */
static bool prints_summary(const Options *o)
{
    return o->command == COMMAND_check || (o->command == COMMAND_compile && !o->quiet && !o->dump && !o->report && !o->json);
}

bool compilation_model(Compilation *c)
{
    FrontOptions front = { .model = { .model_expression = c->options->model }, .explain = c->options->explain };
    const Options *o = c->options;
    front.model.training = o->command == COMMAND_train || (o->command == COMMAND_compile && !o->weights && !o->init_weights && !o->dump);
    front.model.callbacks = o->command == COMMAND_train;
    front.callbacks = o->callback.at;
    front.callback_count = o->callback.count;
    if (c->options->input && !parse_input(c, c->options->input, &front.model))
        return false;
    if (!parse_sets(c, &front))
        return false;
    if (c->options->dump && strcmp(c->options->dump, "ast") == 0) {
        const Node *tree = parse_source(c->arena, c->source, c->diag);
        print_diagnostics(c, c->diag);
        c->status = diag_errors(c->diag) ? STATUS_MODEL : STATUS_GOOD;
        if (c->status == STATUS_GOOD)
            ast_dump(tree, stdout);
        return false;
    }
    c->model = model_from_source(c->arena, c->source, &front, c->diag);
    print_diagnostics(c, c->diag);
    if (!c->model || diag_errors(c->diag))
        c->status = STATUS_MODEL;
    if (c->model)
        c->model->graph->diag = c->late;
    if (c->status == STATUS_GOOD && c->model->summarized && prints_summary(o))
        fputs(layers_larq_summary(c->arena, c->model, !c->model->summarized_without_macs), stdout);
    return c->status == STATUS_GOOD;
}

/* What the weights are, for the header of the C file. */
static const char *hash_of_weights(Compilation *c)
{
    Sha256 hash = sha256_begin();
    for (int i = 0; i < c->model->graph->variables.count; i++) {
        const Variable *variable = c->model->graph->variables.at[i];
        if (variable->data)
            sha256_add(&hash, variable->data, (size_t)shape_count(variable->shape) * sizeof(float));
    }
    return arena_printf(c->arena, "sha256 %s", sha256_end(c->arena, &hash));
}

bool compilation_weights(Compilation *c)
{
    const char *error = "", *path = c->options->weights;
    if (path && c->options->init_weights)
        return compilation_refuse(c, "--weights and --init-weights exclude each other");
    if (path && !weights_load_model(c->arena, c->model, path, c->options->quiet ? NULL : stderr, &error))
        return compilation_refuse(c, "%s", error);
    if (path)
        c->weights_origin = hash_of_weights(c);
    if (c->options->init_weights) { /* the source's hash and the seed say it all */
        weights_initialize_model(c->arena, c->model, compilation_seed(c));
        c->weights_origin = arena_printf(c->arena, "initial, of seed %llu", (unsigned long long)compilation_seed(c));
    }
    return true;
}

bool compilation_target(Compilation *c, const char *otherwise, const Target **out)
{
    const char *name = c->options->target ? c->options->target : otherwise, *names[32];
    int count;
    *out = target_find(name);
    if (*out)
        return true;
    const Target *table = targets_table(&count);
    int known = 0;
    for (; known < count && known < 31; known++)
        names[known] = table[known].name;
    names[known++] = "native";
    const char *near = text_nearest(name, names, known);
    if (near)
        return compilation_refuse(c, "unknown target '%s'; did you mean '%s'?", name, near);
    return compilation_refuse(c, "unknown target '%s'; `bnnc help targets` lists them", name);
}

bool compilation_plan_options(Compilation *c, const char *default_target)
{
    const Options *options = c->options;
    const char *unroll = options->unroll ? options->unroll : "auto";
    c->plan_options = (PlanOptions){
        .prefix = c->prefix,
        .unroll = strcmp(unroll, "full") == 0 ? UNROLL_FULL : strcmp(unroll, "none") == 0 ? UNROLL_NONE : UNROLL_AUTO,
        .max_code = options->max_code > 0 ? options->max_code : 0,
        .batch = 1,
        .link_runtime = options->runtime && strcmp(options->runtime, "link") == 0,
    };
    return compilation_target(c, default_target, &c->plan_options.target);
}

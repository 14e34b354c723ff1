/* The evaluator's state and its public face: options in, globals out. The work is in the eval_*.c files. */
#include "lang/internal.h"

Arena *eval_arena(Eval *eval) { return eval->options.arena; }
ExprPool *eval_pool(Eval *eval) { return eval->options.pool; }
Diag *eval_diag(Eval *eval) { return eval->options.diag; }
void *eval_layers(Eval *eval) { return eval->options.layers; }
Object *eval_poison(Eval *eval) { return eval->poison; }
Object *eval_last_expression(Eval *eval) { return eval->last_expression; }

static const char poison_text[] = "an earlier error";

bool eval_is_poison(const Object *object)
{
    return object->kind == OBJECT_UNKNOWN && object->u.unknown.why == poison_text;
}

Object *eval_builtin(Eval *eval, const char *path, Family family, BuiltinFunction call, void *data, const char *help)
{
    const char *dot = strrchr(path, '.');
    Object *object = object_builtin(eval_arena(eval), dot ? dot + 1 : path, call, data, help);
    eval_register(eval, path, family, object);
    return object;
}

Object *eval_bare(Eval *eval, const char *name, BuiltinFunction call, const char *help)
{
    Object *object = object_builtin(eval_arena(eval), name, call, eval, help);
    scope_set(eval, eval->builtins, eval_intern(eval, name), object);
    return object;
}

static void predefine_modules(Eval *eval)
{
    static const char *const names[][2] = {{"tf", "tf"}, {"tensorflow", "tf"}, {"keras", "tf.keras"}, {"larq", "larq"},
    {"lq", "larq"}, {"np", "np"}, {"K", "tf.keras.backend"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        scope_set(eval, eval->builtins, eval_intern(eval, names[i][0]), names_module(eval, names[i][1]));
}

static void register_builtins(Eval *eval)
{
    builtins_core(eval);
    builtins_objects(eval);
    builtins_functional(eval);
    builtins_math(eval);
    builtins_numpy(eval);
    builtins_numpy_arrays(eval);
    builtins_tensor(eval);
    builtins_tensorflow(eval);
    builtins_larq(eval);
    builtins_argparse(eval);
    builtins_dataset(eval);
    builtins_training(eval);
    builtins_initializer(eval);
    builtins_random(eval);
    builtins_flatten(eval);
    builtins_bases(eval);
    builtins_records(eval);
}

Eval *eval_new(const EvalOptions *options)
{
    Eval *eval = ARENA_NEW(options->arena, Eval);
    eval->options = *options;
    eval->poison = ARENA_NEW(options->arena, Object);
    eval->poison->kind = OBJECT_UNKNOWN;
    eval->poison->u.unknown.why = poison_text;
    eval->registered = object_dict(options->arena);
    eval->builtins = scope_new(eval, NULL, SCOPE_MODULE);
    eval->prelude = scope_new(eval, eval->builtins, SCOPE_MODULE);
    eval->globals = scope_new(eval, eval->builtins, SCOPE_MODULE);
    predefine_modules(eval);
    register_builtins(eval);
    prelude_load(eval);
    scope_set(eval, eval->globals, eval_intern(eval, "__name__"), object_string(options->arena, "__main__"));
    eval->steps = 0;
    return eval;
}

/* What Python gives every module: its docstring, and where it lies. */
static void describe_module(Eval *eval, const Node *module)
{
    const Node *first = module->body;
    Object *text = module->docstring ? object_string(eval_arena(eval), module->docstring) : object_none();
    const Source *source = first ? first->span.source : NULL;
    scope_set(eval, eval->globals, eval_intern(eval, "__doc__"), text);
    scope_set(eval, eval->globals, eval_intern(eval, "__file__"), object_string(eval_arena(eval), source && source->name ? source->name : ""));
}

bool eval_run(Eval *eval, const Node *module)
{
    int before = diag_errors(eval_diag(eval));
    eval->module = module;
    describe_module(eval, module);
    Flow flow = exec_block(eval, eval->globals, module->body);
    if (flow == FLOW_RAISE && diag_errors(eval_diag(eval)) == before)
        eval_error(eval, module->span, "the file raises an exception");
    eval->raised = NULL;
    return diag_errors(eval_diag(eval)) == before;
}

Object *eval_global(Eval *eval, const char *name)
{
    return scope_get(eval->globals, eval_intern(eval, name));
}

int eval_globals(Eval *eval, const char *const **names, Object *const **values)
{
    int count = eval->globals->bindings.count;
    const char **all = ARENA_ARRAY(eval_arena(eval), const char *, count + 1);
    Object **objects = ARENA_ARRAY(eval_arena(eval), Object *, count + 1);
    for (int i = 0; i < count; i++) {
        all[i] = eval->globals->bindings.at[i].name;
        objects[i] = eval->globals->bindings.at[i].value;
    }
    *names = all;
    *values = objects;
    return count;
}

Object *eval_expression(Eval *eval, const Node *expression)
{
    return eval_node(eval, eval->globals, expression);
}

Span eval_user_span(Eval *eval)
{
    for (const Frame *frame = eval->frame; frame; frame = frame->caller)
        if (frame->call.source && !frame->call.source->prelude)
            return frame->call;
    return (Span){0};
}

static bool span_inside(Span inner, Span outer)
{
    return inner.source == outer.source && inner.begin >= outer.begin && inner.end <= outer.end;
}

/* The calls that led into the function around the place, nearest first. */
void eval_note_callers(Eval *eval, Message *message, Span place)
{
    enum { NOTED = 3 };
    int noted = 0;
    for (const Frame *frame = eval->frame; frame && noted < NOTED; frame = frame->caller) {
        bool around = frame->body && span_inside(place, frame->body->span) && !span_in_prelude(place) && frame->call.source;
        bool recursive = around && span_inside(frame->call, frame->body->span);
        if (around && !recursive) {
            diag_note(message, frame->call, "called from here");
            place = frame->call;
            noted++;
        }
    }
}

Message *eval_error(Eval *eval, Span span, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(eval_arena(eval), format, arguments);
    va_end(arguments);
    Span user = eval_user_span(eval);
    if (span.source && !span.source->prelude) {
        Message *message = diag_error(eval_diag(eval), span, "%s", text);
        eval_note_callers(eval, message, span);
        return message;
    }
    if (!user.source)
        return diag_error(eval_diag(eval), span, "%s", text);
    Message *message = diag_error(eval_diag(eval), user, "%s", text);
    if (span.source)
        diag_note(message, span, "in this definition");
    return message;
}

Object *eval_call_later(Eval *eval, Object *callable, int count, Object *const *arguments, Span span)
{
    eval->steps = 0;
    return eval_call_simple(eval, callable, count, arguments, span);
}

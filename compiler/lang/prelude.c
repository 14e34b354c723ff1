/* The prelude: lang/prelude/NAME.bnn and NAME_*.bnn define the members of a family in the language itself. Every `def` without a leading underscore
 * is registered under Keras' or Larq's path. Definitions return a function; activations are that function themselves. */
#include "lang/internal.h"

#include "base/embedded.h"

typedef struct { const char *file; Family family; const char *module; bool direct; } PreludeFile;
static const PreludeFile files[] = {
    {"quantizers", FAMILY_QUANTIZER, "larq.quantizers", false},
    {"activations", FAMILY_ACTIVATION, "tf.keras.activations", true},
    {"constraints", FAMILY_CONSTRAINT, "tf.keras.constraints", false},
    {"regularizers", FAMILY_REGULARIZER, "tf.keras.regularizers", false},
    {"losses", FAMILY_LOSS, "tf.keras.losses", false},
    {"optimizers", FAMILY_OPTIMIZER, "tf.keras.optimizers", false},
    {"schedules", FAMILY_SCHEDULE, "tf.keras.optimizers.schedules", false},
    {"initializers", FAMILY_INITIALIZER, "tf.keras.initializers", false},
    {"metrics", FAMILY_METRIC, "tf.keras.metrics", false},
    {"functions", FAMILY_FUNCTION, "tf.math", true},
};

/* Those in another module than the rest of their file: Larq has them and Keras has not, ... */
static const struct { const char *name, *module; } elsewhere[] = {
    {"WeightClip", "larq.constraints"}, {"hard_tanh", "larq.activations"}, {"leaky_tanh", "larq.activations"}, {"Bop", "larq.optimizers"},
    {"clip_by_norm", "tf"}, {"ensure_shape", "tf"}, {"grad_pass_through", "tf"},
    {"cast_to_floatx", "tf.keras.backend"}, {"binary_crossentropy", "tf.keras.backend"}, {"categorical_crossentropy", "tf.keras.backend"},
    {"l2_loss", "tf.nn"}, {"bias_add", "tf.nn"}, {"weighted_cross_entropy_with_logits", "tf.nn"},
    {"softmax_cross_entropy_with_logits", "tf.nn"}, {"sigmoid_cross_entropy_with_logits", "tf.nn"},
    {"fake_quant_with_min_max_args", "tf.quantization"}, {"fake_quant_with_min_max_vars", "tf.quantization"},
};

bool object_is_definition(const Object *object)
{
    return object->kind == OBJECT_FUNCTION && object->family && !object->family_arguments && span_in_prelude(object->origin);
}

static const PreludeFile *file_of(const Source *source)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *slash = strrchr(source->name, '/'), *base = slash ? slash + 1 : source->name;
        size_t length = strlen(files[i].file);
        if (!strncmp(base, files[i].file, length) && (base[length] == '.' || base[length] == '_'))
            return &files[i];
    }
    return NULL;
}

static const char *module_of(const PreludeFile *file, const char *name)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        if (!strcmp(elsewhere[i].name, name))
            return elsewhere[i].module;
    return file->module;
}

static void register_definitions(Eval *eval, const PreludeFile *file, const Node *module)
{
    for (const Node *node = module->body; node; node = node->next) {
        if (node->kind != AST_DEF || *node->text == '_')
            continue;
        Object *object = object_copy(eval_arena(eval), scope_get(eval->prelude, node->text));
        if (file->direct)
            object->family_arguments = object_dict(eval_arena(eval));
        object->family_name = node->text;
        scope_set(eval, eval->prelude, node->text, object);
        eval_register(eval, arena_printf(eval_arena(eval), "%s.%s", module_of(file, node->text), node->text), file->family, object);
    }
}

void prelude_load(Eval *eval)
{
    for (const Embedded *embedded = embedded_prelude; embedded->path; embedded++) {
        Source *source = source_from_text(eval_arena(eval), embedded->path, embedded->text, strlen(embedded->text));
        source->prelude = true;
        Node *module = parse_source(eval_arena(eval), source, eval_diag(eval));
        exec_block(eval, eval->prelude, module->body);
        const PreludeFile *file = file_of(source);
        if (file)
            register_definitions(eval, file, module);
    }
}

/* --- calling a definition: arguments are checked, and the result remembers where it came from */

static bool fits_annotation(const char *type, const Object *value)
{
    double number;
    bool numeric = value->kind != OBJECT_BOOL && object_as_number(value, &number);
    if (!strcmp(type, "float"))
        return numeric;
    if (!strcmp(type, "optional"))
        return numeric || value->kind == OBJECT_NONE;
    if (!strcmp(type, "int"))
        return value->kind == OBJECT_INT;
    if (!strcmp(type, "bool"))
        return value->kind == OBJECT_BOOL || (value->kind == OBJECT_INT && (value->u.integer == 0 || value->u.integer == 1));
    if (!strcmp(type, "str"))
        return value->kind == OBJECT_STRING;
    if (!strcmp(type, "rate"))
        return numeric || object_is_callable(value);
    return true;
}

static const char *annotation_words(const char *type)
{
    return !strcmp(type, "float") ? "a number" : !strcmp(type, "int") ? "an integer" : !strcmp(type, "bool") ? "True or False"
         : !strcmp(type, "str") ? "a string" : !strcmp(type, "optional") ? "a number or None" : "a number or a schedule";
}

static bool check_argument(Eval *eval, const Object *definition, const Parameter *p, Object *value, Span span)
{
    bool none = value->kind == OBJECT_NONE && p->value && p->value->kind == AST_NONE;
    if (none || !p->annotation || p->annotation->kind != AST_NAME || fits_annotation(p->annotation->text, value))
        return true;
    Message *message = eval_error(eval, span, "%s: %s must be %s, not %s", definition->u.function.name, p->name,
                                  annotation_words(p->annotation->text), object_text(eval_arena(eval), value));
    if (value->kind == OBJECT_STRING && strcmp(p->annotation->text, "str"))
        diag_hint(message, "remove the quotes");
    return false;
}

static Span argument_span(const Call *call, const Parameter *wanted, const Parameter *first)
{
    int position = 0, at = 0;
    for (const Parameter *p = first; p && p != wanted; p = p->next)
        position++;
    for (int i = 0; i < call->count; i++) {
        if (call->at[i].name ? call->at[i].name == wanted->name : at == position)
            return call->at[i].span;
        at += !call->at[i].name;
    }
    return call->span;
}

/* Quantizers and the like must be known; training settings may be unknown, and the defaults stay. */
static bool strict_family(Family family)
{
    return family == FAMILY_QUANTIZER || family == FAMILY_CONSTRAINT || family == FAMILY_ACTIVATION || family == FAMILY_INITIALIZER ||
           family == FAMILY_REGULARIZER;
}

Object *definition_call(Eval *eval, Object *definition, const Call *call)
{
    Scope *scope = call_bind(eval, definition, call);
    Object *arguments = object_dict(eval_arena(eval));
    const Parameter *first = definition->u.function.node->parameters;
    for (const Parameter *p = first; scope && p; p = p->next) {
        Object *value = scope_get(scope, p->name);
        Span span = argument_span(call, p, first);
        if (object_is_unknown(value)) {
            if (strict_family(definition->family))
                eval_unknown_error(eval, value, span, "%s: %s is not known here", definition->u.function.name, p->name);
            return strict_family(definition->family) ? eval->poison : value;
        }
        if (!check_argument(eval, definition, p, value, span))
            return eval->poison;
        object_dict_set(eval_arena(eval), arguments, p->name, value);
    }
    Object *made = scope ? call_run(eval, definition, scope) : eval->poison;
    if (made->kind == OBJECT_STRING && definition->family == FAMILY_METRIC) { /* why not */
        diag_warning(eval_diag(eval), call->span, "the metric %s is not computed: %s", definition->u.function.name, made->u.string.at);
        return object_none();
    }
    if (object_is_unknown(made) || made->kind == OBJECT_NONE)
        return made;
    Object *result = object_copy(eval_arena(eval), made);
    result->family = definition->family;
    result->family_name = definition->u.function.name;
    result->family_arguments = arguments;
    result->definition = definition;
    return result->family == FAMILY_INITIALIZER ? initializer_finish(eval, result) : result;
}

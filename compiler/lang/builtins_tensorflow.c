/* The rest of tf, K and larq that the language evaluates: constants, types, decorators, backend queries. */
#include "lang/internal.h"

#define BUILTIN(function) static Object *function(Eval *eval, void *data, const Call *call)

BUILTIN(tf_constant)
{
    Object *slot[3];
    double number;
    (void)data;
    if (call_unknown(call) && object_is_unknown(call->at[0].value))
        return call_unknown(call);
    if (!call_unpack(eval, "tf.constant", call, "value dtype? shape?", slot))
        return eval->poison;
    if (slot[0]->kind == OBJECT_EXPR || slot[0]->kind == OBJECT_STRING)
        return slot[0];
    if (slot[2] && slot[2]->kind != OBJECT_NONE && slot[0]->kind != OBJECT_EXPR)
        return array_of_shape(eval, array_from(eval, slot[0], call->span), slot[2], call->span);
    if (object_is_sequence(slot[0]))
        return array_from(eval, slot[0], call->span);
    return object_as_number(slot[0], &number) && slot[0]->kind != OBJECT_ARRAY ? trace_constant(eval, number) : slot[0];
}

/* A decorator that changes nothing, with or without arguments: tf.function, register_keras_custom_object. */
static Object *give_back(Eval *eval, void *data, const Call *call)
{
    (void)eval;
    (void)data;
    return call->count ? call->at[0].value : object_none();
}

BUILTIN(plain_decorator)
{
    bool decorates = call->count == 1 && !call->at[0].name && object_is_callable(call->at[0].value);
    return decorates ? call->at[0].value : object_builtin(eval_arena(eval), data, give_back, data, NULL);
}

BUILTIN(tf_custom_gradient)
{
    (void)data;
    if (call->count != 1 || call->at[0].value->kind != OBJECT_FUNCTION)
        return call->count ? call->at[0].value : eval->poison;
    Object *function = object_copy(eval_arena(eval), call->at[0].value);
    function->u.function.custom_gradient = true;
    return function;
}

/* --- larq.utils */

BUILTIN(set_precision_apply)
{
    if (!call->count || call->at[0].value->kind != OBJECT_FUNCTION)
        return call->count ? call->at[0].value : eval->poison;
    Object *function = object_copy(eval_arena(eval), call->at[0].value);
    function->u.function.precision = (int)(intptr_t)data;
    return function;
}

BUILTIN(larq_set_precision)
{
    Object *slot[1];
    double precision = 32;
    (void)data;
    if (!call_unpack(eval, "set_precision", call, "precision?", slot))
        return eval->poison;
    if (slot[0] && !object_as_number(slot[0], &precision))
        eval_error(eval, call->span, "set_precision: needs a number of bits, not %s", object_text(eval_arena(eval), slot[0]));
    return object_builtin(eval_arena(eval), "set_precision", set_precision_apply, (void *)(intptr_t)precision, NULL);
}

static void remember(Eval *eval, const char *name, Object *object)
{
    object_dict_set(eval_arena(eval), eval->registered, name, object);
}

BUILTIN(register_alias_apply)
{
    if (call->count)
        remember(eval, data, call->at[0].value);
    return call->count ? call->at[0].value : eval->poison;
}

BUILTIN(larq_register_alias)
{
    Object *slot[1];
    (void)data;
    if (!call_unpack(eval, "register_alias", call, "name", slot) || slot[0]->kind != OBJECT_STRING)
        return eval->poison;
    return object_builtin(eval_arena(eval), "register_alias", register_alias_apply, (void *)slot[0]->u.string.at, NULL);
}

BUILTIN(larq_register)
{
    (void)data;
    if (call->count != 1 || !object_is_callable(call->at[0].value))
        return object_builtin(eval_arena(eval), "register", larq_register, NULL, NULL);
    Object *object = call->at[0].value;
    if (object->kind == OBJECT_FUNCTION)
        remember(eval, object->u.function.name, object);
    else if (object->kind == OBJECT_CLASS)
        remember(eval, object->u.class->name, object);
    return object;
}

/* --- backend queries */

BUILTIN(backend_constant)
{
    (void)call;
    const char *text = data;
    return *text >= '0' && *text <= '9' ? object_float(eval_arena(eval), 1e-7) : object_string(eval_arena(eval), text);
}

BUILTIN(backend_shape)
{
    (void)data;
    if (!call->count)
        return eval->poison;
    return eval_attribute(eval, call->at[0].value, eval_intern(eval, "shape"), call->span);
}

BUILTIN(backend_rank)
{
    Object *shape = backend_shape(eval, data, call);
    return shape->kind == OBJECT_TUPLE ? object_int(eval_arena(eval), shape->u.list.count) : shape;
}

BUILTIN(backend_is_tensor)
{
    (void)data;
    Object *x = call->count ? call->at[0].value : eval->poison;
    return object_bool(eval_arena(eval), x->kind == OBJECT_EXPR || (x->kind == OBJECT_NATIVE && !strcmp(x->u.native.type->name, "tensor")));
}

BUILTIN(get_of_family)
{
    Object *slot[1];
    if (!call_unpack(eval, "get", call, "identifier", slot))
        return eval->poison;
    Family family = (Family)(intptr_t)data;
    Object *object = eval_resolve(eval, family, slot[0], call->at[0].span, "get");
    return object ? object : eval->poison;
}

/* tf.keras.backend.set_value(optimizer.learning_rate, 0.1), and get_value. */
BUILTIN(backend_set_value)
{
    Object *slot[2];
    (void)data;
    if (!call_unpack(eval, "set_value", call, "x value", slot))
        return eval->poison;
    return number_assign(eval, slot[0], &(Call){.at = &(CallArgument){.value = slot[1], .span = call->span}, .count = 1, .span = call->span});
}

BUILTIN(backend_get_value)
{
    Object *slot[1];
    (void)data;
    if (!call_unpack(eval, "get_value", call, "x", slot))
        return eval->poison;
    return object_is_number(slot[0]) ? slot[0] : unknown_new(eval, call->span, "the value of a weight, known only after training");
}

/* Both are functions of tensors: what calls them may be traced or not. */
BUILTIN(tf_moments)
{
    Object *slot[5];
    (void)data;
    if (!call_unpack(eval, "tf.nn.moments", call, "x axes shift? keepdims? name?", slot))
        return eval->poison;
    static const char *const parts[] = {"reduce_mean", "reduce_variance"};
    Object *both = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL), *given[] = {slot[0], slot[1], slot[3] ? slot[3] : object_bool(eval_arena(eval), false)};
    for (int i = 0; i < 2; i++)
        object_append(eval_arena(eval), both, eval_call_simple(eval, names_walk(eval, "tf.math", parts[i], call->span), 3, given, call->span));
    return both;
}

/* One of two: of a traced condition both, as their values are needed. no: a value already. */
static Object *one_of(Eval *eval, Object *condition, Object *yes, Object *no, Span span)
{
    if (object_is_unknown(condition) || condition->kind == OBJECT_NATIVE)
        return unknown_new(eval, span, "a condition on data");
    if (condition->kind != OBJECT_EXPR)
        return object_truth(condition) ? eval_call_simple(eval, yes, 0, NULL, span) : no;
    return trace_apply(eval, EX_SELECT, 3, (Object *[]){condition, eval_call_simple(eval, yes, 0, NULL, span), no}, span);
}

BUILTIN(tf_cond)
{
    Object *slot[4];
    (void)data;
    if (!call_unpack(eval, "tf.cond", call, "pred true_fn false_fn name?", slot))
        return eval->poison;
    bool taken = slot[0]->kind != OBJECT_EXPR && slot[0]->kind != OBJECT_NATIVE && !object_is_unknown(slot[0]) && object_truth(slot[0]);
    return one_of(eval, slot[0], slot[1], taken ? object_none() : eval_call_simple(eval, slot[2], 0, NULL, call->span), call->span);
}

/* The first function whose condition holds. */
BUILTIN(tf_case)
{
    Object *slot[4];
    (void)data;
    if (!call_unpack(eval, "tf.case", call, "pred_fn_pairs default exclusive? name?", slot))
        return eval->poison;
    Object *result = eval_call_simple(eval, slot[1], 0, NULL, call->span);
    for (int i = object_is_list_or_tuple(slot[0]) ? slot[0]->u.list.count - 1 : -1; i >= 0; i--) {
        const Object *pair = slot[0]->u.list.at[i];
        if (!object_is_list_or_tuple(pair) || pair->u.list.count != 2)
            return unknown_new(eval, call->span, "tf.case of something else than pairs");
        result = one_of(eval, pair->u.list.at[0], pair->u.list.at[1], result, call->span);
    }
    return object_is_list_or_tuple(slot[0]) ? result : unknown_new(eval, call->span, "tf.case of something else than pairs");
}

/* Types are texts, so that dtype=tf.float32 and dtype="float32" are one; the mark tells those that can be called. */
static const char type_mark[] = "dtype";

bool object_is_type(const Object *object)
{
    return object->kind == OBJECT_STRING && object->family_name == type_mark;
}

/* np.float32(x) */
Object *type_call(Eval *eval, const Object *type, const Call *call)
{
    Object *slot[1];
    double number;
    if (call_unknown(call) || !call_unpack(eval, type->u.string.at, call, "x", slot))
        return call_unknown(call) ? call_unknown(call) : eval->poison;
    if (slot[0]->kind == OBJECT_ARRAY || !object_as_number(slot[0], &number))
        return slot[0]->kind == OBJECT_STRING ? unknown_new(eval, call->span, "a number from a text") : object_is_sequence(slot[0]) ? array_from(eval, slot[0], call->span) : slot[0];
    if (!strcmp(type->u.string.at, "bool"))
        return object_bool(eval_arena(eval), number != 0);
    if (strncmp(type->u.string.at, "float", 5) && strcmp(type->u.string.at, "bfloat16"))
        return object_int(eval_arena(eval), clamp_int64(number));
    return object_float(eval_arena(eval), strcmp(type->u.string.at, "float64") ? (float)number : number);
}

static void register_constants(Eval *eval)
{
    static const char *const types[] = { "float32", "float64", "float16", "bfloat16", "int8",   "int16",
                                         "int32",   "int64",   "uint8",   "uint16",   "uint32", "bool" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        Object *text = object_string(eval_arena(eval), types[i]);
        static const char *const roots[] = {"tf", "np"};
        for (int k = 0; k < 2; k++) {
            Object *copy = object_copy(eval_arena(eval), text);
            eval_register(eval, arena_printf(eval_arena(eval), "%s.%s", roots[k], types[i]), FAMILY_NONE, copy);
            copy->family = FAMILY_NONE;
            copy->family_name = type_mark;
        }
    }
    eval_register(eval, "tf.newaxis", FAMILY_NONE, object_none());
    eval_register(eval, "np.newaxis", FAMILY_NONE, object_none());
}

void builtins_tensorflow(Eval *eval)
{
    register_constants(eval);
    eval_builtin(eval, "tf.constant", FAMILY_NONE, tf_constant, NULL, NULL);
    eval_builtin(eval, "tf.convert_to_tensor", FAMILY_NONE, tf_constant, NULL, NULL);
    eval_builtin(eval, "tf.custom_gradient", FAMILY_NONE, tf_custom_gradient, NULL, NULL);
    eval_builtin(eval, "tf.function", FAMILY_NONE, plain_decorator, "tf.function", NULL);
    eval_builtin(eval, "tf.nn.moments", FAMILY_NONE, tf_moments, NULL, NULL);
    eval_builtin(eval, "tf.cond", FAMILY_NONE, tf_cond, NULL, NULL);
    eval_builtin(eval, "tf.case", FAMILY_NONE, tf_case, NULL, NULL);
    eval_builtin(eval, "tf.shape", FAMILY_NONE, backend_shape, NULL, NULL);
    eval_builtin(eval, "tf.rank", FAMILY_NONE, backend_rank, NULL, NULL);
    eval_builtin(eval, "tf.is_tensor", FAMILY_NONE, backend_is_tensor, NULL, NULL);
    eval_builtin(eval, "tf.keras.backend.floatx", FAMILY_NONE, backend_constant, "float32", NULL);
    eval_builtin(eval, "tf.keras.backend.epsilon", FAMILY_NONE, backend_constant, "1e-7", NULL);
    static const char *const reductions[][2] = {{"AUTO", "auto"}, {"NONE", "none"}, {"SUM", "sum"}, {"SUM_OVER_BATCH_SIZE", "sum_over_batch_size"}};
    for (size_t i = 0; i < sizeof reductions / sizeof *reductions; i++) {
        Object *text = object_string(eval_arena(eval), reductions[i][1]);
        eval_register(eval, arena_printf(eval_arena(eval), "tf.keras.losses.Reduction.%s", reductions[i][0]), FAMILY_NONE, text);
    }
    eval_builtin(eval, "tf.keras.backend.int_shape", FAMILY_NONE, backend_shape, NULL, NULL);
    eval_builtin(eval, "tf.keras.backend.set_value", FAMILY_NONE, backend_set_value, NULL, NULL);
    eval_builtin(eval, "tf.keras.backend.get_value", FAMILY_NONE, backend_get_value, NULL, NULL);
    eval_builtin(eval, "tf.keras.backend.ndim", FAMILY_NONE, backend_rank, NULL, NULL);
    eval_builtin(eval, "tf.keras.backend.is_keras_tensor", FAMILY_NONE, backend_is_tensor, NULL, NULL);
    eval_builtin(eval, "tf.keras.utils.register_keras_serializable", FAMILY_NONE, larq_register, NULL, NULL);
    eval_builtin(eval, "tf.keras.saving.register_keras_serializable", FAMILY_NONE, larq_register, NULL, NULL);
    static const struct { const char *module; Family family; } getters[] = {
        {"tf.keras.activations", FAMILY_ACTIVATION}, {"tf.keras.initializers", FAMILY_INITIALIZER},
        {"tf.keras.regularizers", FAMILY_REGULARIZER},
        {"tf.keras.constraints", FAMILY_CONSTRAINT}, {"tf.keras.losses", FAMILY_LOSS}, {"tf.keras.optimizers", FAMILY_OPTIMIZER},
        {"larq.quantizers", FAMILY_QUANTIZER},
    };
    static const char *const spellings[] = {"get", "deserialize"};
    for (size_t i = 0; i < sizeof getters / sizeof *getters; i++)
        for (int k = 0; k < 2; k++)
            eval_builtin(eval, arena_printf(eval_arena(eval), "%s.%s", getters[i].module, spellings[k]), FAMILY_NONE, get_of_family,
                         (void *)(intptr_t)getters[i].family, NULL);
    eval_builtin(eval, "larq.quantizers.get_kernel_quantizer", FAMILY_NONE, get_of_family, (void *)(intptr_t)FAMILY_QUANTIZER, NULL);
}

void builtins_larq(Eval *eval)
{
    eval_builtin(eval, "larq.utils.set_precision", FAMILY_NONE, larq_set_precision, NULL, NULL);
    eval_builtin(eval, "larq.utils.register_keras_custom_object", FAMILY_NONE, larq_register, NULL, NULL);
    eval_builtin(eval, "larq.utils.register_alias", FAMILY_NONE, larq_register_alias, NULL, NULL);
}

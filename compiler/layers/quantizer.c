/* Quantizers as Keras sees them. In: quantizers that the file made or named. Out: their names (ste_sign, ste_sign_1), of one count with those of
 * layers, and which kernels Larq's metric flip_ratio looks at: by SteSign(metrics=["flip_ratio"]) or within lq.context.metrics_scope. */
#include "layers/family.h"

#include <string.h>

static bool is_made(const Object *quantizer)
{
    return is_quantizer_object(quantizer) && quantizer->family_arguments;
}

static bool is_named(const Object *quantizer)
{
    const Object *name = object_dict_get(quantizer->family_arguments, "name");
    return name && name->kind == OBJECT_STRING;
}

const char *quantizer_name(Layers *layers, Object *quantizer)
{
    if (!is_named(quantizer)) {
        const char *name = layers_unique_name(layers, text_snake_case(layers->arena, quantizer->family_name), true);
        object_dict_set(layers->arena, quantizer->family_arguments, "name", object_string(layers->arena, name));
    }
    return object_dict_get(quantizer->family_arguments, "name")->u.string.at;
}

void quantizer_made(Eval *eval, Object *object)
{
    if (is_made(object))
        quantizer_name(layers_of(eval), object);
}

const char *quantizer_layer_name(Layers *layers, const Object *callable)
{
    if (!is_made(callable) || !is_named(callable))
        return NULL;
    const char *name = object_dict_get(callable->family_arguments, "name")->u.string.at;
    for (int i = 0; i < layers->all.count; i++)
        if (layers->all.at[i]->name && !strcmp(layers->all.at[i]->name, name))
            return NULL;
    return name;
}

static bool wants_flip_ratio(const Object *metrics)
{
    bool list = metrics && object_is_list_or_tuple(metrics);
    for (int i = 0; list && i < metrics->u.list.count; i++)
        if (metrics->u.list.at[i]->kind == OBJECT_STRING && !strcmp(metrics->u.list.at[i]->u.string.at, "flip_ratio"))
            return true;
    return false;
}

static bool given_as_text(const Call *call, Span span)
{
    for (int i = 0; i < call->count; i++)
        if (call->at[i].span.begin == span.begin && call->at[i].span.end == span.end)
            return call->at[i].value->kind == OBJECT_STRING;
    return false;
}

/* "ste_sign" makes a quantizer for this layer alone, and so does ste_sign: that is a function, which Keras does not count. */
static void bind_quantizer(Layers *layers, Bound *bound, const Call *call, bool kernel)
{
    Object *metrics = object_dict_get(bound->value->family_arguments, "metrics");
    bool own = metrics && object_is_list_or_tuple(metrics) && metrics->u.list.count;
    bool watched = kernel && layers->metrics && !own;
    if (!is_named(bound->value)) {
        Object *copy = ARENA_NEW(layers->arena, Object), *arguments = object_dict(layers->arena);
        *copy = *bound->value;
        for (int i = 0; i < copy->family_arguments->u.dict.count; i++)
            object_dict_set(layers->arena, arguments, copy->family_arguments->u.dict.keys[i]->u.string.at, copy->family_arguments->u.dict.values[i]);
        copy->family_arguments = arguments;
        bound->value = copy;
        if (watched || given_as_text(call, bound->span))
            quantizer_name(layers, copy);
    }
    if (watched)
        object_dict_set(layers->arena, bound->value->family_arguments, "metrics", layers->metrics);
}

void quantizers_bind(Layers *layers, const Signature *signature, Bound *bound, const Call *call)
{
    for (int inputs = 0; inputs < 2; inputs++) /* Larq makes those of kernels first */
        for (int i = 0; i < signature_count(signature); i++) {
            const char *name = signature_name(signature, i);
            bool input = !strcmp(name, "input_quantizer");
            if (bound[i].given && input == inputs && text_ends_with(name, "_quantizer") && is_made(bound[i].value))
                bind_quantizer(layers, &bound[i], call, !input);
        }
}

static bool fits_metric(Apply *apply, const char *argument, const Variable *kernel, const void *quantizer)
{
    const Graph *graph = apply->graph;
    for (int i = 0; i < graph->flips.count; i++) {
        const Variable *first = graph->flips.at[i].kernel;
        if (graph->flips.at[i].quantizer != quantizer || shape_equal(first->shape, kernel->shape))
            continue;
        Arena *arena = apply->layers->arena;
        Message *message = apply_error(apply, argument, "the flip_ratio of a quantizer compares kernels of one shape, but '%s' is %s and '%s' %s",
                                       kernel->name, shape_text(arena, kernel->shape, false), first->name, shape_text(arena, first->shape, false));
        diag_hint(message, "give each layer a quantizer of its own");
        return false;
    }
    return true;
}

/* What the quantizer makes of each number of the kernel; NULL where that depends on others. */
static const Expr *forward_of(ExprPool *pool, const Value *quantized)
{
    if (quantized->op == OP_WEIGHT) /* NoOp */
        return expr_arg(pool, 0);
    const Expr *forward = quantized->op == OP_MAP && quantized->input_count == 1 ? expr_forward(pool, quantized->u.expr) : NULL;
    return forward && forward->pure ? forward : NULL;
}

bool quantizer_watch(Apply *apply, const char *argument, const Variable *kernel, const Value *quantized)
{
    Object *quantizer = apply_argument(apply, argument);
    if (!is_made(quantizer) || !wants_flip_ratio(object_dict_get(quantizer->family_arguments, "metrics")))
        return true;
    const Expr *forward = forward_of(apply->layers->pool, quantized);
    if (!forward) {
        diag_warning(apply->layers->diag, apply_span(apply, argument), "%s: the flip_ratio of this quantizer is not computed: it needs more than the weight itself",
                     apply->layer->class_name);
        return true;
    }
    if (apply->graph->flips.count == FLIP_LOOKS_MAX) {
        apply_error(apply, argument, "flip_ratio looks at more than %d kernels", FLIP_LOOKS_MAX);
        return false;
    }
    const void *identity = quantizer->family_arguments;
    if (!fits_metric(apply, argument, kernel, identity))
        return false;
    const char *metric = arena_printf(apply->layers->arena, "flip_ratio/%s", quantizer_name(apply->layers, quantizer));
    VEC_PUSH(apply->graph->arena, &apply->graph->flips, ((FlipLook){metric, identity, kernel, forward}));
    return true;
}

/* --- with lq.context.metrics_scope(["flip_ratio"]): */

typedef struct { Object *added, *outer; } MetricsScope;

static void scope_enter(Eval *eval, Object *self)
{
    Layers *layers = layers_of(eval);
    MetricsScope *scope = self->u.native.at;
    scope->outer = layers->metrics;
    if (scope->added->u.list.count)
        layers->metrics = scope->added;
}

static void scope_leave(Eval *eval, Object *self)
{
    layers_of(eval)->metrics = ((MetricsScope *)self->u.native.at)->outer;
}

static const NativeType scope_native = {.name = "metrics_scope", .enter = scope_enter, .leave = scope_leave};

static Object *metrics_scope(Eval *eval, void *signature, const Call *call)
{
    Bound *bound = signature_bind(eval, signature, "metrics_scope", call);
    if (!bound)
        return eval_poison(eval);
    Object *metrics = bound[0].value;
    Arena *arena = eval_arena(eval);
    if (metrics->kind == OBJECT_NONE)
        metrics = object_list(arena, OBJECT_LIST, 0, NULL);
    bool list = object_is_list_or_tuple(metrics) || metrics->kind == OBJECT_SET;
    if (!list) {
        diag_hint(eval_error(eval, bound[0].span, "metrics_scope: metrics must be a list, not %s", object_kind_name(metrics)), "[\"flip_ratio\"]");
        return eval_poison(eval);
    }
    for (int i = 0; i < metrics->u.list.count; i++) {
        const Object *metric = metrics->u.list.at[i];
        if (metric->kind == OBJECT_STRING && !strcmp(metric->u.string.at, "flip_ratio"))
            continue;
        diag_hint(eval_error(eval, object_item_span(metrics, i, bound[0].span), "metrics_scope: unknown training metric %s", object_text(arena, metric)),
                  "Larq has 'flip_ratio'");
        return eval_poison(eval);
    }
    MetricsScope *scope = ARENA_NEW(arena, MetricsScope);
    scope->added = object_list(arena, OBJECT_LIST, metrics->u.list.count, metrics->u.list.at);
    return object_native(arena, &scope_native, scope, call->span);
}

void quantizers_register(Eval *eval)
{
    Signature *signature = signature_parse(eval_arena(eval), "metrics: any = None");
    eval_register(eval, "larq.context.metrics_scope", FAMILY_FUNCTION,
                  object_builtin(eval_arena(eval), "metrics_scope", metrics_scope, signature,
                                 "metrics_scope(metrics): within `with metrics_scope([\"flip_ratio\"])`, quantizers are made whose training logs how many values of their kernels change."));
}

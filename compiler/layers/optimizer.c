/* Optimizers: in: an optimizer of the language, or lang's CaseOptimizer. out: the update rule of every trained variable. */
#include "layers/training.h"

#include <regex.h>
#include <string.h>

enum { CASE_MAX = 64 };

/* --- variables, as predicates see them */

static Object *variable_attribute(Eval *eval, Object *self, const char *name, Span span)
{
    Arena *arena = eval_arena(eval);
    const Variable *variable = self->u.native.at;
    if (!strcmp(name, "precision"))
        return variable->quantized && variable->precision ? object_int(arena, variable->precision) : variable->quantized ? object_none() : NULL;
    if (!strcmp(name, "name"))
        return object_string(arena, arena_printf(arena, "%s:0", variable->name));
    if (!strcmp(name, "path"))
        return object_string(arena, variable->name);
    if (!strcmp(name, "trainable"))
        return object_bool(arena, variable->trainable);
    if (!strcmp(name, "shape")) {
        Object *shape = object_list(arena, OBJECT_TUPLE, 0, NULL);
        for (int i = 0; i < variable->shape.rank; i++)
            object_append(arena, shape, object_int(arena, variable->shape.dim[i]));
        return shape;
    }
    if (!strcmp(name, "dtype"))
        return object_string(arena, "float32");
    if (!strcmp(name, "numpy") || !strcmp(name, "assign") || !strcmp(name, "value") || !strcmp(name, "read_value"))
        return object_unknown(arena, span, "the values of a weight, known only after training");
    return NULL;
}

const NativeType variable_native = {.name = "weight", .attribute = variable_attribute};

/* What lang's CaseOptimizer holds. */
typedef struct {
    const Object *cases;        /* LIST of (predicate, optimizer) */
    Object *otherwise;          /* NULL: none */
    Span span;
} CaseOptimizer;

static Object *case_part(const CaseOptimizer *cases, int index, int part)
{
    return cases->cases->u.list.at[index]->u.list.at[part];
}

static bool case_optimizer(const Object *optimizer, Span span, CaseOptimizer *out)
{
    if (!optimizer_is_case(optimizer))
        return false;
    Object *otherwise = object_dict_get(optimizer->family_arguments, "default_optimizer");
    *out = (CaseOptimizer){object_dict_get(optimizer->family_arguments, "cases"), otherwise, span};
    if (out->otherwise && out->otherwise->kind == OBJECT_NONE)
        out->otherwise = NULL;
    return true;
}

/* The optimizer of one variable; NULL: it is left untrained. *failed after an error. */
static Object *choose(Layers *layers, const CaseOptimizer *cases, Variable *variable, bool *taken, bool *failed)
{
    Object *argument = object_native(layers->arena, &variable_native, variable, variable->span), *chosen = NULL;
    for (int i = 0; i < cases->cases->u.list.count && i < CASE_MAX; i++) {
        Object *answer = eval_call_simple(layers->eval, case_part(cases, i, 0), 1, &argument, cases->span);
        if (!answer || answer->kind == OBJECT_UNKNOWN) {
            *failed = true;
            if (answer && !eval_is_poison(answer))
                eval_unknown_error(layers->eval, answer, cases->span, "CaseOptimizer: the predicate's answer is not known here");
            return NULL;
        }
        if (!object_truth(answer))
            continue;
        if (chosen) {
            diag_error(layers->diag, cases->span, "CaseOptimizer: more than one predicate takes the weight '%s'", variable->name);
            *failed = true;
            return NULL;
        }
        chosen = case_part(cases, i, 1);
        taken[i] = true;
    }
    return chosen ? chosen : cases->otherwise;
}

static const Object *list_given(const Object *arguments, const char *name)
{
    const Object *value = arguments ? object_dict_get(arguments, name) : NULL;
    return value && object_is_list_or_tuple(value) ? value : NULL;
}

/* Whether optimizer.exclude_from_weight_decay names the weight, or a pattern that its name ("dense/bias:0") contains. */
static bool undecayed(Arena *arena, const Object *optimizer, const Variable *variable)
{
    const Object *arguments = optimizer->family_arguments;
    const Object *list = list_given(arguments, "undecayed"), *names = list_given(arguments, "undecayed_names");
    for (int i = 0; list && i < list->u.list.count; i++)
        if (list->u.list.at[i]->kind == OBJECT_NATIVE && list->u.list.at[i]->u.native.at == variable)
            return true;
    for (int i = 0; names && i < names->u.list.count; i++) {
        regex_t pattern;
        if (names->u.list.at[i]->kind != OBJECT_STRING || regcomp(&pattern, names->u.list.at[i]->u.string.at, REG_EXTENDED | REG_NOSUB))
            continue;
        bool found = !regexec(&pattern, arena_printf(arena, "%s:0", variable->name), 0, NULL, 0);
        regfree(&pattern);
        if (found)
            return true;
    }
    return false;
}

static UpdateRule *rule_of(Layers *layers, Object *optimizer, Span span, const Variable *variable)
{
    UpdateRule *rule = ARENA_NEW(layers->arena, UpdateRule);
    TraceShape shape = trace_shape_of(variable->shape, false);
    rule->undecayed = undecayed(layers->arena, optimizer, variable);
    if (!eval_trace_update(layers->eval, hyper_optimizer(layers, optimizer, rule), &shape, span, rule))
        return NULL;
    rule->global_clipnorm = (float)family_number(optimizer, "global_clipnorm", 0);
    rule->group = optimizer;
    return rule;
}

static bool all_taken(Layers *layers, const CaseOptimizer *cases, const bool *taken)
{
    for (int i = 0; i < cases->cases->u.list.count && i < CASE_MAX; i++)
        if (!taken[i]) {
            const char *name = case_part(cases, i, 1)->family_name;
            diag_error(layers->diag, cases->span, "CaseOptimizer: optimizer %d (%s) gets no weight of this model", i + 1, name ? name : "?");
            return false;
        }
    return true;
}

bool optimizer_trace(Layers *layers, Object *optimizer, Span span, Graph *graph, UpdateRule **rules)
{
    CaseOptimizer found, *cases = case_optimizer(optimizer, span, &found) ? &found : NULL;
    bool taken[CASE_MAX] = {false}, failed = false;
    for (int i = 0; i < graph->variables.count; i++) {
        Variable *variable = graph->variables.at[i];
        rules[i] = NULL;
        if (variable->state || !variable->trainable)
            continue;
        Object *own = cases ? choose(layers, cases, variable, taken, &failed) : optimizer;
        if (failed)
            return false;
        if (!own) {
            diag_warning(layers->diag, cases->span, "CaseOptimizer: no predicate takes the weight '%s', and there is no default: it is not trained",
                         variable->name);
            continue;
        }
        rules[i] = rule_of(layers, own, span, variable);
        if (!rules[i])
            return false;
    }
    return !cases || all_taken(layers, cases, taken);
}

double family_number(const Object *object, const char *name, double otherwise)
{
    Object *value = object && object->family_arguments ? object_dict_get(object->family_arguments, name) : NULL;
    return value && object_is_number(value) ? object_number(value) : otherwise;
}

/* Tracing of optimizers: in: an optimizer and the shape of a weight. out: its update rule as expressions, one for the new weight and one a slot. */
#include "lang/internal.h"

#include <math.h>

enum { SLOTS_MAX = sizeof(((UpdateRule *)0)->slot_name) / sizeof(char *) };

static void add_slot(UpdateRule *rule, const char *name, double initial)
{
    rule->slot_name[rule->slot_count] = name;
    rule->slot_initial[rule->slot_count++] = (float)initial;
}

/* A slot annotated `rows` has one number for each row of the matrices in the last two axes, `columns` one for each column: size 1 along the other
 * axis. Without two axes it is one number. NULL: the slot is like the weight. */
static const Shape *annotated_shape(Eval *eval, const Node *annotation, const TraceShape *weight)
{
    bool rows = annotation && annotation->kind == AST_NAME && !strcmp(annotation->text, "rows");
    bool columns = annotation && annotation->kind == AST_NAME && !strcmp(annotation->text, "columns");
    if (!rows && !columns)
        return NULL;
    Shape *shape = ARENA_NEW(eval_arena(eval), Shape);
    shape->rank = weight->rank < 2 ? 0 : weight->rank;
    for (int i = 0; i < shape->rank; i++)
        shape->dim[i] = i == shape->rank - (rows ? 1 : 2) ? 1 : weight->dim[i];
    return shape;
}

static void update_slots(Eval *eval, Object *update, const TraceShape *weight, UpdateRule *rule)
{
    int index = 0;
    for (const Parameter *p = update->u.function.node->parameters; p; p = p->next, index++) {
        Object *initial = update->u.function.defaults[index];
        double value = NAN; /* None: starts as the variable */
        if (!initial || rule->slot_count == SLOTS_MAX - 1) /* the last one is the average's */
            continue;
        object_as_number(initial, &value);
        rule->slot_shape[rule->slot_count] = annotated_shape(eval, p->annotation, weight);
        add_slot(rule, p->name, value);
    }
}

static Object *hyperparameter_at(Eval *eval, void *number, const Call *call)
{
    static const TraceShape scalar = {0};
    (void)call;
    return trace_argument(eval, eval->first_hyper + *(const int *)number, &scalar);
}

Object *eval_hyperparameter(Eval *eval, int number)
{
    int *copy = ARENA_NEW(eval_arena(eval), int);
    *copy = number;
    return object_builtin(eval_arena(eval), "hyperparameter", hyperparameter_at, copy, NULL);
}

bool eval_takes_schedule(const Object *definition, const char *parameter)
{
    const Parameter *p = definition->kind == OBJECT_FUNCTION ? definition->u.function.node->parameters : NULL;
    for (; p; p = p->next)
        if (!strcmp(p->name, parameter))
            return p->annotation && p->annotation->kind == AST_NAME && !strcmp(p->annotation->text, "rate");
    return false;
}

/* An argument of the optimizer, None where it has none of that name. */
static Object *argument(const Object *optimizer, const char *parameter)
{
    Object *value = optimizer->family_arguments ? object_dict_get(optimizer->family_arguments, parameter) : NULL;
    return value ? value : object_none();
}

static bool asks_for(const Object *optimizer, const char *parameter)
{
    return object_truth(argument(optimizer, parameter));
}

/* The weight as weight_decay leaves it to the rule. */
static Object *decayed(Eval *eval, const Object *optimizer, Object *weight, Object *step, Span span)
{
    Object *arguments[] = {weight, step, argument(optimizer, "weight_decay"), argument(optimizer, "learning_rate"), argument(optimizer, "lr"),
                           argument(optimizer, "decay")};
    return eval_call_simple(eval, scope_get(eval->prelude, eval_intern(eval, "_decayed")), 6, arguments, span);
}

/* The new weight, alone or in front of its slots, and behind them its average. */
static Object *averaged(Eval *eval, const Object *optimizer, Object *result, Object *const *arguments, int average, Span span)
{
    Arena *arena = eval_arena(eval);
    Object *weight = result->kind == OBJECT_TUPLE ? result->u.list.at[0] : result;
    Object *to[] = {weight, arguments[0], arguments[3 + average], arguments[2], argument(optimizer, "ema_momentum"),
                    argument(optimizer, "ema_overwrite_frequency")};
    Object *pair = eval_call_simple(eval, scope_get(eval->prelude, eval_intern(eval, "_averaged")), 6, to, span);
    if (pair->kind != OBJECT_TUPLE)
        return pair;
    Object *all = object_list(arena, OBJECT_TUPLE, 1, &pair->u.list.at[0]);
    for (int i = 1; i <= average; i++)
        object_append(arena, all, result->u.list.at[i]);
    object_append(arena, all, pair->u.list.at[1]);
    return all;
}

/* The expressions of a result (new weight, slots...). */
static bool take_rule(Eval *eval, Object *result, Span span, UpdateRule *rule)
{
    bool tuple = result->kind == OBJECT_TUPLE;
    for (int i = 0; i <= rule->slot_count; i++) {
        const Expr *e = trace_expr(eval, tuple ? result->u.list.at[i] : result);
        if (!e) {
            eval_error(eval, span, "%s: the update must return tensors", rule->name);
            return false;
        }
        *(i ? &rule->new_slot[i - 1] : &rule->new_weight) = e;
    }
    return true;
}

/* Whether the result is a new weight and `slots` slots; poison: no, and reported already. */
static bool fits(Eval *eval, Object *result, int slots, Span span, const char *name)
{
    if (object_is_unknown(result)) {
        if (!eval_is_poison(result))
            eval_unknown_error(eval, result, span, "%s: what it computes is not known here", name);
        return false;
    }
    if (result->kind == OBJECT_TUPLE ? result->u.list.count == 1 + slots : slots == 0)
        return true;
    eval_error(eval, span, "%s: the update must return the new weight and its %d slots", name, slots);
    return false;
}

bool eval_trace_update(Eval *eval, Object *optimizer, const TraceShape *shape, Span span, UpdateRule *rule)
{
    static const TraceShape scalar = {0};
    if (optimizer->kind != OBJECT_FUNCTION) {
        eval_error(eval, span, "an optimizer is a function update(w, g, step, slot=initial), not %s", object_kind_name(optimizer));
        return false;
    }
    rule->name = optimizer->family_name ? optimizer->family_name : optimizer->u.function.name;
    rule->slot_count = 0;
    update_slots(eval, optimizer, shape, rule);
    int own = rule->slot_count;
    rule->averages = asks_for(optimizer, "use_ema");
    if (rule->averages)
        add_slot(rule, "average", 0);
    Object *arguments[3 + SLOTS_MAX];
    for (int i = 0; i < 2; i++)
        arguments[i] = trace_argument(eval, i, shape);
    arguments[2] = trace_argument(eval, 2, &scalar);
    for (int i = 0; i < rule->slot_count; i++) {
        const Shape *given = rule->slot_shape[i];
        TraceShape slot = given ? trace_shape_of(*given, false) : *shape;
        arguments[3 + i] = trace_argument(eval, 4 + i, &slot);
    }
    eval->rate_scale = trace_argument(eval, 3, &scalar);
    eval->first_hyper = 4 + rule->slot_count;
    Object *before = arguments[0];
    if (asks_for(optimizer, "weight_decay") && !rule->undecayed)
        arguments[0] = decayed(eval, optimizer, before, arguments[2], span);
    Object *result = eval_call_simple(eval, optimizer, 3 + own, arguments, span);
    eval->rate_scale = NULL;
    arguments[0] = before;
    if (!fits(eval, result, own, span, rule->name))
        return false;
    return take_rule(eval, rule->averages ? averaged(eval, optimizer, result, arguments, own, span) : result, span, rule);
}

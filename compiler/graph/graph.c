/* Graph: in: arena, pool, diagnostics. out: an empty graph; operator rows by kind; values being made. */
#include "graph/operators.h"

Graph *graph_new(Arena *arena, ExprPool *pool, Diag *diag)
{
    Graph *graph = ARENA_NEW(arena, Graph);
    graph->arena = arena;
    graph->pool = pool;
    graph->diag = diag;
    return graph;
}

void graph_at(Graph *graph, Span span, const char *name)
{
    graph->at_span = span;
    graph->at_name = name;
}

const OpRow *op_row(OpKind op)
{
    static const OpRow *const rows[] = {
#define OP(name, text, low, high, summary) &op_row_##name,
#include "graph/ops.def"
#undef OP
    };
    BUG_IF((unsigned)op >= OP_COUNT_OF_KINDS);
    return rows[op];
}

const char *op_name(OpKind op)
{
    static const char *const names[] = {
#define OP(name, text, low, high, summary) text,
#include "graph/ops.def"
#undef OP
    };
    BUG_IF((unsigned)op >= OP_COUNT_OF_KINDS);
    return names[op];
}

const char *element_name(Element element)
{
    static const char *const names[] = {"f32", "i32", "u8", "i8", "level"};
    return names[element];
}

Value *value_new(Graph *graph, OpKind op, int count, Value *const *inputs)
{
    Value *value = ARENA_NEW(graph->arena, Value);
    value->op = op;
    value->input_count = count;
    value->input = count ? ARENA_ARRAY(graph->arena, Value *, count) : NULL;
    for (int i = 0; i < count; i++) {
        BUG_IF(!inputs[i]);
        value->input[i] = inputs[i];
    }
    value->span = graph->at_span;
    value->name = graph->at_name;
    value->phase = graph->at_phase;
    return value;
}

Value *value_append(Graph *graph, Value *value)
{
    op_row(value->op)->infer(value);
    value->id = graph->values.count;
    VEC_PUSH(graph->arena, &graph->values, value);
    return value;
}

void op_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    op_row(value->op)->eval(value, context, in, out);
}

int64_t value_rows(const Value *value, const OpContext *context)
{
    return value->batched ? context->batch : 1;
}

int64_t value_elements(const Value *value, const OpContext *context)
{
    return value_rows(value, context) * shape_count(value->shape);
}

float tensor_float(const Value *value, Tensor tensor, int64_t index)
{
    return element_is_integer(value->element) ? (float)tensor.i32[index] : tensor.f32[index];
}

void tensor_copy(const Value *value, Tensor out, int64_t to, Tensor in, int64_t from)
{
    if (element_is_integer(value->element))
        out.i32[to] = in.i32[from];
    else
        out.f32[to] = in.f32[from];
}

void value_like(Value *value, const Value *input)
{
    value->element = input->element;
    value->lo = input->lo;
    value->hi = input->hi;
    value->step = input->step;
    value->batched = input->batched;
}

void dump_ints(FILE *out, const char *name, int count, const int *numbers)
{
    fprintf(out, " %s", name);
    for (int i = 0; i < count; i++)
        fprintf(out, "%s%d", i ? "," : " ", numbers[i]);
}

const Variable *graph_variable_read(const Value *value)
{
    while (value->op == OP_RESHAPE)
        value = value->input[0];
    return value->op == OP_WEIGHT ? value->u.variable : NULL;
}

bool value_is_signs(const Value *value)
{
    return value->lo == -1 && value->hi == 1 && value->step == 2;
}

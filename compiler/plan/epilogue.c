/* In: a product step whose stored value may be the end of a chain. Out: a static inline function (acc, channel, operands...) that returns
 * what is stored, and the holes that go with it (templates/README.md, "Epilogues"). */
#include "plan/planning.h"

#include "base/bug.h"

typedef struct {
    Step *step;
    Text *body;
    int input;          /* the next operand of the chain in step->inputs */
    const char *result; /* text of the value so far */
    bool channel;       /* somebody indexes by channel */
} Chain;

static bool is_constant(const Storage *storage)
{
    return storage->place == PLACE_CONSTANT;
}

/* "in3[channel]", converted to float32. */
static const char *operand(Chain *chain, int input)
{
    const Step *step = chain->step;
    Arena *arena = step->plan->arena;
    const Value *value = step->inputs[input]->value;
    bool one = shape_count(value->shape) == 1;
    const char *pointer = is_constant(step->inputs[input]) ? step_constant_table(step, input).c_name : arena_printf(arena, "in%d", input);
    chain->channel |= !one;
    return arena_printf(arena, "%s[%s]", pointer, one ? "0" : "channel");
}

static void add_stage(Chain *chain, const Value *from, const Value *to, int stage)
{
    Arena *arena = chain->step->plan->arena;
    const char *arguments[EXPR_MAX_ARGS] = {0}, *threshold = NULL;
    for (int k = 0; k < to->input_count; k++) {
        const char *text = to->input[k] == from ? chain->result : operand(chain, chain->input++);
        threshold = text;
        if (to->input[k]->element != ELEMENT_F32)
            text = arena_printf(arena, "(float)%s", text);
        arguments[k] = text;
    }
    if (to->op == OP_THRESHOLD) {
        text_printf(chain->body, "const int v%d = %s < %s ? %d : %d;\n", stage, chain->result, threshold, to->lo, to->hi);
    } else {
        Text lines = text_new(arena);
        const char *value = expression_text(arena, to->u.expr, arguments, &lines);
        text_printf(chain->body, "float v%d;\n{\n%sv%d = %s;\n}\n", stage, lines.at, stage, value);
    }
    chain->result = arena_printf(arena, "v%d", stage);
    if (to->op == OP_QUANTIZE) {
        const char *level = level_int16(arena, to, chain->result);
        text_printf(chain->body, "const int v%d_level = %s;\n", stage, level);
        chain->result = arena_printf(arena, "v%d_level", stage);
    }
}

static const char *returned(const Step *step, const char *result)
{
    Arena *arena = step->plan->arena;
    const Value *stored = step->stored;
    if (step->output->layout == LAYOUT_PACKED)
        return level_code_from_int(arena, stored, result);
    return stored->element == ELEMENT_LEVEL ? arena_printf(arena, "(int16_t)%s", result) : result;
}

/* The operands as further parameters and arguments. */
static void chain_operands(Step *step, Text *parameters, Text *arguments)
{
    for (int k = step->value->input_count; k < step->input_count; k++) {
        if (is_constant(step->inputs[k])) {
            step_list_constant(step, k); /* becomes a table of this step */
            continue;
        }
        text_printf(parameters, ", const %s *in%d", step->inputs[k]->c_type, k);
        text_printf(arguments, ", in%d", k);
    }
}

static const Value *next_in_chain(const Step *step, const Value *from)
{
    return plan_note(step->plan, from)->only_user;
}

void step_epilogue(Step *step, const char *name)
{
    Arena *arena = step->plan->arena;
    const Value *value = step->value, *stored = step->stored;
    Text body = text_new(arena), parameters = text_new(arena), arguments = text_new(arena), out = text_new(arena);
    Chain chain = {step, &body, value->input_count, "acc", false};
    bool packed = step->output->layout == LAYOUT_PACKED;
    int stage = 1, channels = stored->shape.rank ? stored->shape.dim[stored->shape.rank - 1] : 1;
    for (const Value *from = value; from != stored; from = next_in_chain(step, from))
        add_stage(&chain, from, next_in_chain(step, from), stage++);
    chain_operands(step, &parameters, &arguments);
    const char *type = packed ? "uint32_t" : step->output->c_type;
    text_printf(&out, "static inline %s %s_%s(%s acc, int channel%s)\n{\n", type, step->function, name, layout_c_type(value, LAYOUT_PLAIN),
                parameters.at);
    text_printf(&out, "%s%sreturn %s;\n}\n", chain.channel ? "" : "(void)channel;\n", body.at, returned(step, chain.result));
    step->helpers = out.at;
    step_hole_text(step, name, "%s_%s", step->function, name);
    step_hole_text(step, "extra", "%s", arguments.at);
    step_hole_text(step, "extra_parameters", "%s", parameters.at);
    step_hole_int(step, "out_packed", packed);
    step_hole_int(step, "out_planes", packed ? planes_of(stored->lo, stored->hi, stored->step).count : 1);
    step_hole_int(step, "out_words", packed ? (channels + 31) / 32 : 0);
    step_hole_text(step, "out_type", "%s", step->output->c_type);
}

const int32_t *step_thresholds(const Step *step)
{
    const Value *stored = step->stored;
    if (stored == step->value || stored->op != OP_THRESHOLD || stored->input[0] != step->value || stored->lo != -1 || stored->hi != 1)
        return NULL; /* only {-1,+1}, where a set bit is acc < threshold */
    return step_constant_i32(step, step->value->input_count);
}

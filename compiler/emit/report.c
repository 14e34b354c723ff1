/* In: a plan. Out: for each step the layer, kernel, shape, cost and why no better row was taken, as a table or as one JSON object a line;
 * then what the passes could not do. */
#include "emit/internal.h"

#include <string.h>

static void json_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++)
        if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if ((unsigned char)*text < 32)
            fprintf(out, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, out);
    fputc('"', out);
}

static const char *layer_name(const Step *step)
{
    return step->value->name ? step->value->name : op_name(step->value->op);
}

static const char *operand_text(const Plan *plan, const Value *value)
{
    if (value->element == ELEMENT_F32)
        return "float";
    const ValueSet set = value_set_levels(plan->graph->pool, value->lo, value->hi, value->step);
    return value_set_text(plan->arena, &set);
}

/* "{-1,+1} x {-1,+1}": what a product multiplies; "" for other operators. */
static const char *operands(const Plan *plan, const Step *step)
{
    if (step->value->op != OP_PRODUCT)
        return "";
    return arena_printf(plan->arena, "%s x %s", operand_text(plan, step->value->input[0]), operand_text(plan, step->value->input[1]));
}

static void json_step(const Plan *plan, const Step *step, FILE *out)
{
    fputs("{\"layer\": ", out);
    json_text(out, layer_name(step));
    fprintf(out, ", \"operator\": \"%s\", \"kernel\": \"%s\", \"operands\": ", op_name(step->value->op), step->kernel->name);
    json_text(out, operands(plan, step));
    fputs(", \"output\": ", out);
    json_text(out, shape_text(plan->arena, step->stored->shape, step->stored->batched));
    fprintf(out, ", \"macs\": %.0f, \"cost\": %.0f, \"bytes\": %zu, \"why\": ", step_macs(step), step->cost, step->output->bytes_per_sample);
    json_text(out, step->why ? step->why : "");
    fputs(", \"kept_loops\": ", out);
    json_text(out, step->rolled ? step->rolled : "");
    fputs("}\n", out);
}

/* Rows for other operators than this one: no answer to "why is this layer not faster". */
static bool is_beside_the_point(const char *reason, size_t length)
{
    static const char *const reasons[] = {"another role", "both operands are integers", "the other operand is not float", "a maximum", "a sum", "not depthwise"};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strlen(reasons[i]) == length && memcmp(reason, reasons[i], length) == 0)
            return true;
    return false;
}

/* "row: reason; row: reason" without those; JSON has them all. */
static const char *why_not(Arena *arena, const char *why)
{
    Text out = text_new(arena);
    for (const char *p = why ? why : ""; *p;) {
        const char *end = strstr(p, "; "), *reason = strstr(p, ": ");
        size_t length = end ? (size_t)(end - p) : strlen(p);
        if (!reason || reason > p + length || !is_beside_the_point(reason + 2, length - (size_t)(reason + 2 - p)))
            text_printf(&out, "%s%.*s", out.length ? "; " : "", (int)length, p);
        p += length + (end ? 2 : 0);
    }
    return out.length ? out.at : "";
}

static void print_step(const Plan *plan, const Step *step, FILE *out)
{
    fprintf(out, "%-26s %-16s %-22s %-20s %12.0f %12.0f  %s\n", layer_name(step), step->kernel->name, operands(plan, step),
            shape_text(plan->arena, step->stored->shape, step->stored->batched), step_macs(step), step->cost, why_not(plan->arena, step->why));
}

static void json_note(const PassNote *note, FILE *out)
{
    fputs("{\"layer\": ", out);
    json_text(out, note->value_name ? note->value_name : "");
    fputs(", \"note\": ", out);
    json_text(out, note->text);
    fputs("}\n", out);
}

static void print_note(const PassNote *note, FILE *out)
{
    fprintf(out, "note: %s%s%s\n", note->value_name ? note->value_name : "", note->value_name ? ": " : "", note->text);
}

/* Where --unroll stopped, and why. */
static void print_rolled(const Plan *plan, FILE *out)
{
    for (int i = 0; i < plan->steps.count; i++) {
        const Step *step = plan->steps.at[i];
        if (step->rolled)
            fprintf(out, "note: %s is not unrolled in full: %s would pass --max-code %d\n", layer_name(step), step->rolled, plan->options.max_code);
    }
}

void report_print(const Plan *plan, FILE *out, bool json)
{
    int count;
    const PassNote *notes = passes_notes(plan->graph, &count);
    if (!json)
        fprintf(out, "%-26s %-16s %-22s %-20s %12s %12s  %s\n", "layer", "kernel", "operands", "output", "MAC", "cycles", "why no other");
    for (int i = 0; i < plan->steps.count; i++)
        (json ? json_step : print_step)(plan, plan->steps.at[i], out);
    if (!json)
        print_rolled(plan, out);
    for (int i = 0; i < count; i++)
        (json ? json_note : print_note)(&notes[i], out);
}

#include "harness.h"

#include "base/bug.h"
#include "emit/simplify.h"
#include "graph/operators.h"
#include "plan/planning.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static Storage *storage_of(Arena *arena, const Plan *plan, const Value *value, Layout layout, int batch)
{
    Storage *s = ARENA_NEW(arena, Storage);
    *s = (Storage){.value = value, .layout = layout, .place = value->op == OP_CONSTANT ? PLACE_CONSTANT : PLACE_INPUT,
                   .c_type = layout_c_type(value, layout), .bytes_per_sample = layout_bytes(plan, value, layout)};
    s->bytes = s->bytes_per_sample * (size_t)(value->batched ? batch : 1);
    return s;
}

/* What the planner would know: value is read by `stored` alone. */
static void note_chain(Arena *arena, Plan *plan, const Value *value, const Value *stored)
{
    plan->planning = ARENA_NEW(arena, struct Planning);
    for (int i = 0; i <= stored->id; i++) {
        Note note = {0};
        VEC_PUSH(arena, &plan->planning->notes, note);
    }
    *plan_note(plan, value) = (Note){.value = value, .uses = 1, .only_user = stored, .stored = stored, .head = value};
}

Case case_new(Arena *arena, const Value *value, const Value *stored, const Kernel *kernel, const char *target, int batch, bool training)
{
    Plan *plan = ARENA_NEW(arena, Plan);
    plan->arena = arena;
    plan->options = (PlanOptions){.prefix = "test", .target = target_find(target), .batch = batch, .training = training, .max_code = 16384, .unroll = training ? UNROLL_AUTO : UNROLL_FULL};
    Step *step = ARENA_NEW(arena, Step);
    *step = (Step){.plan = plan, .kernel = kernel, .value = value, .stored = stored ? stored : value, .function = "layer"};
    if (stored)
        note_chain(arena, plan, value, stored);
    bool conversion = kernel->op == OP_COUNT_OF_KINDS;
    step->input_count = conversion ? 1 : value->input_count;
    for (int k = 0; k < step->input_count; k++)
        step->inputs[k] = storage_of(arena, plan, conversion ? value : value->input[k], kernel->input_layout(plan, value, k), batch);
    for (int k = 1; stored && k < stored->input_count; k++) {
        Storage *table = step->inputs[step->input_count++] = storage_of(arena, plan, stored->input[k], LAYOUT_PLAIN, 1);
        table->data = stored->input[k]->u.data.i32;
    }
    Layout layout = conversion ? kernel->output_layout(plan, value) : stored ? LAYOUT_PACKED : LAYOUT_PLAIN;
    step->output = storage_of(arena, plan, step->stored, layout, batch);
    kernel->bind(step);
    Case c = {.value = value, .kernel = kernel, .step = step, .plan = plan, .batch = batch, .out_bytes = step->output->bytes};
    for (int k = 0; k < step->input_count && k < 2; k++)
        c.in[k] = calloc(step->inputs[k]->bytes + 64, 1);
    c.out = malloc(c.out_bytes + 64);
    memset(c.out, 0x5a, c.out_bytes + 64);
    for (int k = 0; k < step->scratches.count; k++) {
        c.scratch[k] = aligned_alloc(64, (step->scratches.at[k].bytes + 127) / 64 * 64);
        memset(c.scratch[k], 0x5a, step->scratches.at[k].bytes);
    }
    return c;
}

static void fill_plain(const Value *value, Tensor in, int64_t count, void *to)
{
    for (int64_t i = 0; i < count; i++)
        switch (value->element) {
        case ELEMENT_F32:
            ((float *)to)[i] = in.f32[i];
            break;
        case ELEMENT_I32:
            ((int32_t *)to)[i] = in.i32[i];
            break;
        case ELEMENT_LEVEL:
            ((int16_t *)to)[i] = (int16_t)in.i32[i];
            break;
        default:
            ((uint8_t *)to)[i] = (uint8_t)in.i32[i];
        }
}

static void fill(Case *c, const Storage *s, Tensor in, char *to)
{
    int64_t one = shape_count(s->value->shape);
    int rows = s->value->batched ? c->batch : 1;
    if (s->layout == LAYOUT_PLAIN) {
        fill_plain(s->value, in, one * rows, to);
        return;
    }
    for (int row = 0; row < rows; row++) {
        Value constant = *s->value;
        constant.op = OP_CONSTANT;
        constant.u.data.f32 = NULL;
        constant.u.data.i32 = in.i32 + row * one;
        size_t sums = s->value->op == OP_CONSTANT || s->layout == LAYOUT_PACKED ? 0 : 4 * (size_t)layout_sum_words(c->plan, s->value, s->layout);
        memcpy(to + (size_t)row * s->bytes_per_sample + sums, layout_pack(c->plan->arena, c->plan, &constant, s->layout), s->bytes_per_sample - sums);
        if (!sums)
            continue;
        KernelShape k = kernel_shape_of(s->value);
        int padded = layout_padded(c->plan, s->value, s->layout);
        int32_t *sum = (int32_t *)to;
        for (int i = 0; i < k.taps * k.channels * k.filters; i++) {
            sum[i / k.filters / k.channels * padded + i % k.filters] += in.i32[i];
            sum[k.taps * padded + i % k.filters] += in.i32[i];
        }
    }
}

void case_fill(Case *c, const Tensor *in)
{
    for (int k = 0; k < c->step->input_count && k < 2; k++)
        fill(c, c->step->inputs[k], in[k], c->in[k]);
}

static void print_table(Text *text, const char *type, const char *name, const void *data, size_t count, int bytes, bool is_float)
{
    text_printf(text, "static const %s %s[%zu] = {", type, name, count ? count : 1);
    for (size_t i = 0; i < count; i++) {
        if (is_float)
            text_printf(text, "%a,", (double)((const float *)data)[i]);
        else if (bytes == 4 && type[0] == 'u')
            text_printf(text, "%uu,", ((const uint32_t *)data)[i]);
        else
            text_printf(text, bytes == 4 && ((const int32_t *)data)[i] == INT32_MIN ? "(-2147483647 - 1)," : "%d,",
                        bytes == 4 ? ((const int32_t *)data)[i] : bytes == 2 ? ((const int16_t *)data)[i] : type[0] == 'u' ? ((const uint8_t *)data)[i] : ((const int8_t *)data)[i]);
    }
    text_add(text, "};\n");
}

static bool text_has(const char *text, const char *word)
{
    return strstr(text, word) != NULL;
}

static bool hole_used(Arena *arena, const char *template, const char *name)
{
    return text_has(template, arena_printf(arena, "$%s$", name));
}

static void drop_unused(Arena *arena, const char *template, Hole *holes, int first, int *count)
{
    int kept = first;
    for (int i = first; i < *count; i++)
        if (hole_used(arena, template, holes[i].name))
            holes[kept++] = holes[i];
    *count = kept;
}

/* Names of a template between dollars, as the preprocessor sees them: `#define $filters$ 32`, `#define $layer$_window layer_window`. */
static void print_defines(Arena *arena, Text *out, const char *template, const Hole *holes, int count)
{
    Text seen = text_new(arena);
    for (const char *p = template; *p;) {
        if (!isalpha((unsigned char)*p) && *p != '_' && *p != '$') {
            p += p[0] == '/' && p[1] == '*' ? strstr(p + 2, "*/") + 2 - p : 1;
            continue;
        }
        const char *end = p;
        while (isalnum((unsigned char)*end) || *end == '_' || *end == '$')
            end++;
        const char *name = arena_strndup(arena, p, (size_t)(end - p)), *key = arena_printf(arena, " %s ", name);
        p = end;
        if (!strchr(name, '$') || strstr(seen.at ? seen.at : "", key) || !strcmp(name, "$unroll$") || !strcmp(name, "$reg$"))
            continue;
        text_add(&seen, key);
        if (!strncmp(name, "$loop_", 6)) {
            text_printf(out, "#define %s(k, n) for (int k = 0; k < (n); k++)\n", name);
            continue;
        }
        Text value = text_new(arena);
        bool bound = true;
        for (const char *q = name; *q && bound;) {
            const char *close = *q == '$' ? strchr(q + 1, '$') : NULL;
            if (!close) {
                text_add_char(&value, *q++);
                continue;
            }
            bound = false;
            for (int i = 0; i < count; i++)
                if (strlen(holes[i].name) == (size_t)(close - q - 1) && !strncmp(holes[i].name, q + 1, (size_t)(close - q - 1))) {
                    text_add(&value, holes[i].text);
                    bound = true;
                }
            q = close + 1;
        }
        if (bound)
            text_printf(out, "#define %s %s\n", name, value.at ? value.at : "");
    }
    text_add(out, "#define $unroll$(k, n) for (int k = 0; k < (n); k++)\n#define $reg$\n");
}

/* Parameters of the step and the arguments of a call with `pointers`; input and standard holes; tables of constant inputs. */
static int bind_standard(Case *c, const char *template, Text *out, Hole *holes, Text *call)
{
    Arena *arena = c->plan->arena;
    Step *step = c->step;
    Text params = text_new(arena);
    int n = 0;
    for (int i = 0; i < step->holes.count; i++)
        if ((strncmp(step->holes.at[i].name, "out_", 4) != 0 && strcmp(step->holes.at[i].name, "extra_parameters") != 0) || hole_used(arena, template, step->holes.at[i].name))
            holes[n++] = step->holes.at[i];
    for (int k = 0; k < step->input_count && k < 2; k++) {
        const Storage *s = step->inputs[k];
        const char *hole = arena_printf(arena, "in%d", k), *name = hole;
        bool named = (step->named_inputs >> k & 1) != 0;
        if (!hole_used(arena, template, hole) && !named && s->place == PLACE_CONSTANT)
            continue;
        if (s->place == PLACE_CONSTANT) {
            name = arena_printf(arena, "layer_%s", hole);
            int bytes = s->c_type[0] == 'f' || strstr(s->c_type, "32") ? 4 : strstr(s->c_type, "16") ? 2 : 1;
            print_table(out, s->c_type, name, c->in[k], s->bytes / (size_t)bytes, bytes, s->c_type[0] == 'f');
        } else {
            text_printf(&params, "const %s *restrict in%d, ", s->c_type, k);
            text_printf(call, "pointers[%d], ", k);
        }
        if (hole_used(arena, template, hole))
            holes[n++] = (Hole){hole, name};
    }
    text_printf(&params, "%s *restrict out", step->output->c_type);
    text_add(call, "pointers[2]");
    for (int k = 0; k < step->scratches.count; k++) {
        text_printf(&params, ", %s *restrict %s", step->scratches.at[k].c_type, step->scratches.at[k].name);
        text_printf(call, ", pointers[%d]", 3 + k);
    }
    bool batched = step->input_count > 0 && step->inputs[0]->value->batched;
    text_add(&params, batched ? ", int count" : "");
    text_add(call, batched ? ", count" : "");
    const int standard = n;
    holes[n++] = (Hole){"layer", "layer"};
    holes[n++] = (Hole){"params", params.at};
    holes[n++] = (Hole){"out", "out"};
    holes[n++] = (Hole){"samples", batched ? "count" : "1"};
    holes[n++] = (Hole){"batched", batched ? "1" : "0"};
    holes[n++] = (Hole){"parallel", step->plan->options.training ? "1" : "0"};
    drop_unused(arena, template, holes, standard, &n);
    return n;
}

static void print_head(const Case *c, Text *out)
{
    text_printf(out, "#include <stdint.h>\n#include \"bnn_math.h\"\n#include \"%s\"\n", c->plan->options.target->header);
    text_add(out, "#ifdef _OPENMP\n#define BNN_PARALLEL_FOR _Pragma(\"omp parallel for schedule(static)\")\n#else\n#define BNN_PARALLEL_FOR\n#endif\n");
}

const char *case_text(Case *c, bool preprocessor)
{
    Arena *arena = c->plan->arena;
    Step *step = c->step;
    Text out = text_new(arena), call = text_new(arena);
    const char *path = arena_printf(arena, "templates/%s", step->kernel->template_name), *template = template_text(arena, step->kernel->template_name);
    Hole holes[128];
    print_head(c, &out);
    int n = bind_standard(c, template, &out, holes, &call);
    for (int i = 0; i < step->tables.count; i++) {
        const Table *t = &step->tables.at[i];
        print_table(&out, t->c_type, t->c_name, t->data, t->count, t->element_bytes, t->is_float);
    }
    text_add(&out, step->helpers ? step->helpers : "");
    if (preprocessor) {
        print_defines(arena, &out, template, holes, n);
        text_printf(&out, "#include \"%s\"\n", path);
    } else {
        text_add(&out, simplify_c(arena, template_expand(arena, step->kernel->template_name, template, holes, n)));
    }
    text_printf(&out, "void run(void *const *pointers, int count);\nvoid run(void *const *pointers, int count)\n{\n    (void)count;\n    layer(%s);\n}\n", call.at);
    return out.at;
}

const char *case_sample(Case *c)
{
    Arena *arena = c->plan->arena;
    Step *step = c->step;
    Text out = text_new(arena), call = text_new(arena);
    const char *template = template_text(arena, step->kernel->template_name);
    Hole holes[128];
    text_printf(&out, "/* Holes of %s for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.\n"
                      " * Written by tests/templates/test_products SEED CASES templates/samples. */\n", step->kernel->template_name);
    print_head(c, &out);
    int n = bind_standard(c, template, &out, holes, &call);
    for (int i = 0; i < step->tables.count; i++) {
        const Table *t = &step->tables.at[i];
        print_table(&out, t->c_type, t->c_name, t->data, t->count, t->element_bytes, t->is_float);
    }
    text_add(&out, step->helpers ? step->helpers : "");
    print_defines(arena, &out, template, holes, n);
    return out.at;
}

bool case_compile(Case *c, const char *cc, const char *flags, const char *directory, int number, bool preprocessor)
{
    Arena *arena = c->plan->arena;
    const char *path = arena_printf(arena, "%s/case%d.c", directory, number), *library = arena_printf(arena, "%s/case%d.so", directory, number);
    c->path = path;
    FILE *file = fopen(path, "w");
    fputs(case_text(c, preprocessor), file);
    fclose(file);
    const char *target_flags = strncmp(cc, "tcc", 3) ? c->plan->options.target->compiler_flags : "";
    const char *command = arena_printf(arena, "%s %s %s -I. -Iruntime -shared -fPIC %s -o %s", cc, target_flags ? target_flags : "", flags, path, library);
    if (system(command))
        return false;
    /* libgomp keeps threads: never unloaded */
    c->library = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!c->library)
        BUG("%s", dlerror());
    c->run = (void (*)(void *const *, int))dlsym(c->library, "run");
    return c->run != NULL;
}

void case_run(Case *c)
{
    void *pointers[16] = {c->in[0], c->in[1], c->out};
    for (int k = 0; k < c->step->scratches.count; k++)
        pointers[3 + k] = c->scratch[k];
    c->run(pointers, c->batch);
}

void case_free(Case *c)
{
    for (int k = 0; k < 2; k++)
        free(c->in[k]);
    for (int k = 0; k < c->step->scratches.count; k++)
        free(c->scratch[k]);
    free(c->out);
    if (c->library)
        dlclose(c->library);
}

/* Suite fuzz, arguments: every parameter of every layer, quantizer, optimizer, loss, ... that `bnnc help` lists, given values that it is not made
 * for, through the whole compile. The names come from the compiler's tables, so that what is added is tried, too.
 *   fuzz-arguments [EVERY [FIRST]]      one case in EVERY (1: all of them), beginning with case FIRST
 * Each definition is tried in a process of its own: a crash or an internal error is reported with its source, and the next case goes on.
 * Prints "fuzz: N passed, M failed". */
#include "cmd/help.h"
#include "lang/eval.h"
#include "layers/layers.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char prelude[] = "x0 = tf.keras.Input((4,))\n"
                              "m0 = tf.keras.Sequential([tf.keras.layers.Dense(2)])\n"
                              "def f0(x):\n    return x\n"
                              "class K0:\n    pass\n"
                              "L0 = []\n"
                              "L0.append(L0)\n";

static const char *const values[] = {
    "None", "True", "\"a\"", "\"\"", "-1", "0", "1", "3", "-2**31", "2**31-1", "2**63", "1e30", "-0.5", "1.5", "float(\"nan\")", "float(\"inf\")",
    "[]", "()", "{}", "[1]", "(2,)", "(1, 2)", "(0, 0)", "(1, -1)", "[1, 2, 3]", "(1, 2, 3, 4)", "[[1, 2], [3, 4]]", "((1, 1), (1, 1))",
    "[None]", "[None, None]", "[\"a\"]", "{\"a\": 1}", "{1: 2}", "{\"class_name\": \"Dense\", \"config\": {}}",
    "{\"class_name\": \"SteSign\", \"config\": {\"clip_value\": None}}", "np.zeros((2, 2))", "np.zeros((0,))", "np.array(3)", "range(3)",
    "x0", "m0", "f0", "K0", "K0()", "Dense", "Dense(2)", "tf", "lambda x: x", "lambda: 1", "lambda x: None", "lambda *a, **k: 1", "L0",
    "unheard_of", "np.load(\"q\")", "\"ste_sign\"", "\"relu\"", "\"weight_clip\"", "lq.quantizers.SteSign", "lq.quantizers.SteSign()", "lq.quantizers.DoReFa(2)",
    "tf.keras.optimizers.Adam()", "tf.keras.losses.MeanSquaredError()", "tf.keras.regularizers.l2(0.1)", "tf.keras.layers.Lambda(lambda x: x * 2)",
    "slice(1)", "b\"x\"", "set([1])", "...", "tf.constant([1., 2.])", "tf.float32",
};
enum { VALUES = sizeof values / sizeof *values };

/* How a call of the family stands in a file: %s. */
static const struct { Family family; const char *use; } uses[] = {
    { FAMILY_QUANTIZER, "model = Sequential([Input((8,)), QuantDense(4, input_quantizer=%s)])\nother = QuantDense(4, kernel_quantizer=%s)(x0)\n" },
    { FAMILY_ACTIVATION, "model = Sequential([Input((8,)), Dense(4, activation=lambda x: %s)])\ny = %s\n" },
    { FAMILY_INITIALIZER, "model = Sequential([Input((8,)), Dense(4, kernel_initializer=%s)])\n" },
    { FAMILY_REGULARIZER, "model = Sequential([Input((8,)), Dense(4, kernel_regularizer=%s)])\n" },
    { FAMILY_CONSTRAINT, "model = Sequential([Input((8,)), Dense(4, kernel_constraint=%s)])\n" },
    { FAMILY_LOSS, "model = Sequential([Input((8,)), Dense(4)])\nmodel.compile(\"sgd\", loss=%s)\n" },
    { FAMILY_METRIC, "model = Sequential([Input((8,)), Dense(4)])\nmodel.compile(\"sgd\", loss=\"mse\", metrics=[%s])\n" },
    { FAMILY_OPTIMIZER, "model = Sequential([Input((8,)), Dense(4)])\nmodel.compile(%s, loss=\"mse\")\n" },
    { FAMILY_SCHEDULE, "model = Sequential([Input((8,)), Dense(4)])\nmodel.compile(SGD(%s), loss=\"mse\")\n" },
    { FAMILY_CALLBACK, "model = Sequential([Input((8,)), Dense(4)])\nmodel.compile(\"sgd\", loss=\"mse\")\nmodel.fit(a, b, callbacks=[%s])\n" },
    { FAMILY_FUNCTION, "def q(x):\n    return tf.%s\nmodel = Sequential([Input((8,)), QuantDense(4, input_quantizer=q)])\nx = x0\ny = tf.%s\nx = 1.5\ny = tf.%s\n" },
};

/* What is shared with the processes: the case at hand, to be told when it fails. */
typedef struct { long next, ran; char source[1 << 14]; } Shared;
typedef struct { Arena *arena; Shared *shared; long every, first, count, failed; } Sweep;

static void try_source(Sweep *sweep, const char *source)
{
    snprintf(sweep->shared->source, sizeof sweep->shared->source, "%s%smodel.compile(\"sgd\", \"mse\")\n", prelude, source);
    const char *text = sweep->shared->source;
    size_t size = strlen(text);
    if (strstr(source, "compile("))
        size -= strlen("model.compile(\"sgd\", \"mse\")\n");
    sweep->shared->ran++;
    LLVMFuzzerTestOneInput((const uint8_t *)text, size);
}

/* `use` with the call in place of every "%s". */
static const char *used(Arena *arena, const char *use, const char *call)
{
    Text text = text_new(arena);
    for (const char *next; (next = strstr(use, "%s")); use = next + 2)
        text_printf(&text, "%.*s%s", (int)(next - use), use, call);
    text_add(&text, use);
    return text.at;
}

/* "a: int, b=(1, 2)" -> a, b: names at the top level of a signature, which may end in a bracket. */
static int parameters(Arena *arena, const char *signature, const char **names, int room)
{
    int count = 0, depth = 0;
    for (const char *at = signature, *start = at; count < room; at++) {
        depth += *at && strchr("([{", *at) ? 1 : 0;
        depth -= *at && strchr(")]}", *at) ? 1 : 0;
        if (*at && depth >= 0 && !(*at == ',' && depth == 0))
            continue;
        start += strspn(start, " *");
        size_t length = strcspn(start, ":=,) ");
        if (length)
            names[count++] = arena_strndup(arena, start, length);
        if (!*at || depth < 0)
            break;
        start = at + 1;
    }
    return count;
}

/* The example's arguments without one of them: "a=1, b=2" -> "b=2, ". */
static const char *others(Arena *arena, const char *example, const char *name)
{
    const char *names[64];
    Text text = text_new(arena);
    int count = parameters(arena, example, names, 64);
    for (int i = 0; i < count; i++) {
        const char *at = strstr(example, arena_printf(arena, "%s=", names[i])), *end = i + 1 < count ? strstr(at, arena_printf(arena, ", %s=", names[i + 1])) : at + strlen(at);
        if (strcmp(names[i], name) != 0)
            text_printf(&text, "%.*s, ", (int)(end - at), at);
    }
    return text.at ? text.at : "";
}

typedef struct { const char *name, *use, *example, *signature; } Definition;

/* All cases of a definition from number `from` of the sweep on, in this process. */
static long run_definition(Sweep *sweep, const Definition *definition, long from)
{
    const char *names[80];
    int count = parameters(sweep->arena, definition->signature, names, 64);
    if (*definition->example)
        names[count++] = "name", names[count++] = "input_shape", names[count++] = "dtype", names[count++] = "trainable";
    long number = sweep->count;
    for (int i = -1; i < count; i++)
        for (int k = 0; k < VALUES; k++, number++) {
            if (number < from || number % sweep->every != sweep->first % sweep->every)
                continue;
            Arena *arena = arena_new();
            const char *call = i < 0 ? arena_printf(arena, "%s(%s)", definition->name, values[k])
                                     : arena_printf(arena, "%s(%s%s=%s)", definition->name, others(arena, definition->example, names[i]), names[i], values[k]);
            sweep->shared->next = number + 1;
            alarm(60); /* seconds a case may take */
            try_source(sweep, used(arena, definition->use, call));
            arena_free(arena);
        }
    return number;
}

static void sweep_definition(Sweep *sweep, const Definition *definition)
{
    const char *names[80];
    long end = sweep->count + (1 + parameters(sweep->arena, definition->signature, names, 64) + (*definition->example ? 4 : 0)) * (long)VALUES;
    for (long from = sweep->count; from < end;) {
        int status;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            if (!freopen("/dev/null", "w", stderr))
                _exit(1);
            run_definition(sweep, definition, from);
            _exit(0);
        }
        if (child < 0 || waitpid(child, &status, 0) != child) {
            perror("fuzz-arguments");
            exit(1);
        }
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            break;
        printf("FAIL: %s %d\n%s\n", WIFSIGNALED(status) ? "signal" : "status", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
               sweep->shared->source + sizeof prelude - 1);
        sweep->failed++;
        from = sweep->shared->next;
    }
    sweep->count = end;
}

static void sweep_layers(Sweep *sweep)
{
    int count;
    const LayerRow *rows = layers_table(&count);
    for (int i = 0; i < count; i++) {
        Arena *arena = arena_new(); /* the memory of one evaluation is bounded */
        HelpExample example = { .input = "(8,)", .arguments = "", .call = "x" };
        help_example(arena, &rows[i], 0, &example);
        Definition definition = { .name = rows[i].name, .example = *example.arguments ? example.arguments : "name=\"one\"", .signature = rows[i].signature };
        definition.use = arena_printf(arena, "x = Input(%s)\nmodel = Model(x, %%s(%s))\n", example.input, example.call);
        sweep_definition(sweep, &definition);
        arena_free(arena);
    }
}

static void sweep_families(Sweep *sweep)
{
    Eval *eval = help_language(sweep->arena);
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        const char *const *names;
        int count = eval_family_names(eval, uses[i].family, &names);
        for (int k = 0; k < count; k++) {
            const char *help = eval_help(eval, uses[i].family, names[k]), *bracket = help ? strchr(help, '(') : NULL, *line = help ? strchr(help, '\n') : NULL;
            Definition definition = { .name = names[k], .use = uses[i].use, .example = "", .signature = bracket && bracket < line ? bracket + 1 : "" };
            sweep_definition(sweep, &definition);
        }
    }
}

int main(int count, char **arguments)
{
    Sweep sweep = { .arena = arena_new(), .every = count > 1 ? atol(arguments[1]) : 1, .first = count > 2 ? atol(arguments[2]) : 0 };
    sweep.shared = mmap(NULL, sizeof *sweep.shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sweep.shared == MAP_FAILED || sweep.every < 1) {
        fprintf(stderr, "fuzz-arguments: EVERY is a number from 1 on\n");
        return 2;
    }
    sweep_layers(&sweep);
    sweep_families(&sweep);
    printf("fuzz: %ld passed, %ld failed\n", sweep.shared->ran - sweep.failed, sweep.failed);
    arena_free(sweep.arena);
    return sweep.failed > 0;
}

/* The evaluator: what files mean, what is unknown, which mistakes are errors and where. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "lang/internal.h"
#include "unit/lang_help.h"

typedef struct { const char *file, *expression, *text; } Case;

static void check_cases(const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Lang lang = lang_run(cases[i].file);
        Object *value = lang.ok ? lang_value(&lang, cases[i].expression) : NULL;
        if (!value || diag_errors(lang.diag)) {
            diag_print(lang.diag, stderr);
            fail_msg("%s in %s is an error", cases[i].expression, cases[i].file);
        }
        assert_string_equal(object_print(lang.arena, value, true), cases[i].text);
        arena_free(lang.arena);
    }
}
#define CHECK(cases) check_cases(cases, sizeof cases / sizeof *cases)

static void test_expressions(void **state)
{
    static const Case cases[] = {
        {"", "7 // 2, -7 // 2, -7 % 3, 7 / 2, 2 ** 10, 2 ** -1", "(3, -4, 2, 3.5, 1024, 0.5)"},
        {"", "1 < 2 < 3, 1 < 2 > 5, not 0, 3 and 4, 0 or 'x'", "(True, False, True, 4, 'x')"},
        {"", "'a' in 'cat', 3 in [1, 2], 2 not in {1: 0}, None is None", "(True, False, True, True)"},
        {"", "[1, 2] + [3], (1,) * 3, 'ab' * 2, [*range(3)]", "([1, 2, 3], (1, 1, 1), 'abab', [0, 1, 2])"},
        {"", "[1, 2, 3, 4][1:3], 'hello'[::-1], (1, 2, 3)[-1]", "([2, 3], 'olleh', 3)"}, {"", "{**{'a': 1}, 'b': 2}", "{'a': 1, 'b': 2}"},
        {"", "[i * j for i in range(3) for j in range(i) if j]", "[2]"},
        {"", "{k: v for k, v in zip('ab', [1, 2])}", "{'a': 1, 'b': 2}"}, {"", "1 if [] else 2", "2"},
        {"", "0.1 + 0.2, 1e16, 1e-5, 100.0, 1 / 3", "(0.30000000000000004, 1e+16, 1e-05, 100.0, 0.3333333333333333)"},
        {"", "sum(range(5)), max([3, 9, 4]), min(2, 1), sorted([3, 1, 2], reverse=True)", "(10, 9, 1, [3, 2, 1])"},
        {"", "round(2.5), round(3.14159, 2), abs(-3), int(7.9), float('1.5')", "(2, 3.14, 3, 7, 1.5)"},
        {"", "list(enumerate('ab', 1)), list(map(lambda x: x + 1, [1, 2])), any([0, 1]), all([])", "([(1, 'a'), (2, 'b')], [2, 3], True, True)"},
        {"", "isinstance(3, int), isinstance('a', (int, str)), isinstance([], dict)", "(True, True, False)"},
    };
    (void)state;
    CHECK(cases);
}

static void test_text(void **state)
{
    static const Case cases[] = {
        {"x = 3.14159\nn = 7", "f'{x:.2f}|{n:03d}|{n!r:>4}|{\"a\":<3}|{n:,}|{x * 100:.1f} %'", "'3.14|007|   7|a  |7|314.2 %'"},
        {"", "'%s has %d, %.1f %%' % ('a', 3, 2.25)", "'a has 3, 2.2 %'"},
        {"", "'{} {0}'.format(1) if False else '{0}-{name}-{1:>3}'.format(1, 2, name='n')", "'1-n-  2'"},
        {"", "'{:e} {:g} {:x} {:b} {:%}'.format(12345.678, 0.5, 255, 5, 0.25)", "'1.234568e+04 0.5 ff 101 25.000000%'"},
        {"", "'a,b'.split(','), ' x '.strip(), 'ab'.upper(), '-'.join(['a', 'b']), 'aXb'.replace('X', '_')", "(['a', 'b'], 'x', 'AB', 'a-b', 'a_b')"},
        {"", "'abc'.startswith('ab'), 'abc'.endswith(('x', 'c')), 'bn_%d' % 3, f'{{}}'", "(True, True, 'bn_3', '{}')"},
        {"", "f'{1234567:,}', f'{-5:+d}', f'{5:^5}|'", "('1,234,567', '-5', '  5  |')"},
    };
    (void)state;
    CHECK(cases);
}

static void test_functions(void **state)
{
    static const Case cases[] = {
        {"def f(a, b=2, *c, d=4, **e):\n    return (a, b, c, d, e)\n", "f(1), f(1, 5, 6, 7, d=8, z=9), f(**{'a': 0})", "((1, 2, (), 4, {}), (1, 5, (6, 7), 8, {'z': 9}), (0, 2, (), 4, {}))"},
        {"def outer(n):\n    def inner(x):\n        return x + n\n    return inner\nf = outer(10)\n", "f(5), (lambda x, y=2: x * y)(3)", "(15, 6)"},
        {"def count():\n    n = 0\n    def step():\n        nonlocal n\n        n += 1\n        return n\n    step()\n    return step()\n", "count()", "2"},
        {"total = 0\ndef add(x):\n    global total\n    total += x\nfor i in range(5):\n    if i == 3:\n        continue\n    if i == 4:\n        break\n    add(i)\nelse:\n    add(100)\n", "total", "3"},
        {"a, (b, *c), d = 1, (2, 3, 4), 5\nx = y = []\nx.append(1)\n", "a, b, c, d, y", "(1, 2, [3, 4], 5, [1])"},
        {"a = [1, 2, 3, 4, 5]\ndel a[-2]\na[-1] = 6\na.insert(-1, 7)\nx = a.pop(), a.pop(0), a.pop(-2)\na.remove(7)\n", "a, x", "([2], (6, 1, 3))"},
        {"d = {'a': [1]}\nd['a'].extend([2, 3])\nd['b'] = d.pop('a')[1:]\nd.update(c=4)\nn = d.get('z', 9)\n", "d, n, list(d.items())", "({'b': [2, 3], 'c': 4}, 9, [('b', [2, 3]), ('c', 4)])"},
        {"from functools import partial\ndef f(a, b):\n    return a - b\n", "partial(f, b=1)(5)", "4"},
        {"def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n", "fib(12)", "144"},
        {"try:\n    raise ValueError('x')\nexcept (KeyError, ValueError) as e:\n    r = 1\nelse:\n    r = 2\nfinally:\n    q = 3\n", "r, q", "(1, 3)"},
    };
    (void)state;
    CHECK(cases);
}

static void test_classes(void **state)
{
    static const char animals[] = "class Animal:\n    legs = 4\n    def __init__(self, name):\n        self.name = name\n    def says(self):\n        return self.name + ' ' + str(self.legs)\n"
                                  "    @property\n    def upper(self):\n        return self.name.upper()\n    @staticmethod\n    def twice(x):\n        return 2 * x\n    @classmethod\n    def make(cls, n):\n        return cls(n)\n"
                                  "class Bird(Animal):\n    legs = 2\n    def __init__(self, name, wings=2):\n        super().__init__(name)\n        self.wings = wings\n    def says(self):\n        return super(Bird, self).says() + '!'\n"
                                  "    def __call__(self, x):\n        return x * self.wings\n";
    static const Case cases[] = {
        {animals, "Bird('b').says(), Animal('a').upper, Animal.twice(4), Bird.make('m').says(), Bird('x')(3)", "('b 2!', 'A', 8, 'm 2!', 6)"},
        {animals, "isinstance(Bird('b'), Animal), isinstance(Animal('a'), Bird), hasattr(Bird('b'), 'wings'), getattr(Bird('b'), 'tail', 0)", "(True, False, True, 0)"},
        {"class Config:\n    width = 32\n    depth = width * 2\n", "Config.depth, Config().width", "(64, 32)"},
    };
    (void)state;
    CHECK(cases);
}

static void test_numpy(void **state)
{
    static const Case cases[] = {
        {"import numpy as np\n", "np.prod((2, 3, 4)), np.log2(8), np.ceil(2.1), np.sqrt(16)", "(24, 3.0, 3.0, 4.0)"},
        {"", "np.array([[1, 2], [3, 4]]).shape, np.arange(3) * 2", "((2, 2), [0.0 2.0 4.0])"},
        {"", "np.outer([1, 2], [1, 3]) / 2", "[[0.5 1.5] [1.0 3.0]]"},
        {"", "np.reshape([1, 2, 3, 4], (2, -1))[1], np.ones((2, 2)).sum(), np.linspace(0, 1, 3)", "([3.0 4.0], 4.0, [0.0 0.5 1.0])"},
        {"", "tf.stop_gradient(np.array([1, 2])), tf.reduce_sum(np.ones(3)), tf.math.reduce_logsumexp(np.array([0, -200]))", "([1.0 2.0], 3.0, 0)"},
        {"", "np.repeat(np.array([[1, 2]])[:, :, None], 2, axis=-1)", "[[[1.0 1.0] [2.0 2.0]]]"},
        {"import math\n", "math.ceil(2.1), math.log(8, 2), math.pi", "(3, 3.0, 3.141592653589793)"},
    };
    (void)state;
    CHECK(cases);
}

static void test_surroundings(void **state)
{
    static const Case cases[] = {
        {"(x, y), (u, v) = tf.keras.datasets.cifar10.load_data()\nx = x.astype('float32') / 127.5 - 1\n", "x.shape[1:], len(u), v.shape", "((32, 32, 3), 10000, (10000, 1))"},
        {"(x, y), _ = tf.keras.datasets.mnist.load_data()\nx = x.reshape((60000, 28, 28, 1))[:5000]\nz = np.expand_dims(x, -1)\n", "x.shape, z.ndim, tf.keras.utils.to_categorical(y).shape", "((5000, 28, 28, 1), 5, (60000, 10))"},
        {"import argparse\np = argparse.ArgumentParser()\np.add_argument('--batch-size', '-b', type=int, default='32')\np.add_argument('--fast', action='store_true')\nargs = p.parse_args()\n", "args.batch_size, args.fast", "(32, False)"},
        {"if __name__ == '__main__':\n    r = 1\n", "r", "1"},
        {"'What it does.'\n", "__doc__", "'What it does.'"}, {"b'bytes'\n", "__doc__", "None"}, {"x = 1\n", "__doc__", "None"},
        {"from tensorflow.keras import backend as K\n", "K.floatx(), K.epsilon()", "('float32', 1e-07)"},
        {"with tf.device('/cpu'):\n    r = 2\n", "r", "2"},
        {"import keras.layers\nfrom larq.quantizers import SteSign as S\n", "S(0.5).clip_value", "0.5"},
    };
    (void)state;
    CHECK(cases);
}

/* --- unknown values */

static void test_unknown(void **state)
{
    (void)state;
    Lang lang = lang_run("import pandas as pd\nframe = pd.read_csv('x.csv')\nn = len(frame) + 1\nfor row in frame:\n    q = row\nif frame.size > 3:\n    k = 1\nelse:\n    j = 2\n"
                         "t = f'{n}'\nok = [1, frame][0]\nwhile ok < 3:\n    w = 1\n");
    assert_true(lang.ok);
    static const char *const names[] = {"frame", "n", "q", "k", "j", "t", "w", "row"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(eval_global(lang.eval, names[i])->kind, OBJECT_UNKNOWN);
    assert_string_equal(eval_global(lang.eval, "n")->u.unknown.why, "the module 'pandas'");
    assert_int_equal(eval_global(lang.eval, "ok")->u.integer, 1);
    assert_int_equal(diag_errors(lang.diag), 0);
    arena_free(lang.arena);
}

/* An unknown reaches a quantizer: error at the argument; a training setting: the value stays unknown. */
static void test_unknown_reaches(void **state)
{
    (void)state;
    Lang lang = lang_run("import settings\nq = SteSign(settings.clip)\n");
    Span span;
    assert_int_equal(diag_errors(lang.diag), 1);
    assert_string_equal(diag_text(lang.diag, 0, &span, NULL, NULL), "SteSign: clip_value is not known here");
    assert_int_equal(span.begin, 28);
    arena_free(lang.arena);
    lang = lang_run("import settings\no = Adam(settings.rate)\n");
    assert_true(lang.ok);
    assert_int_equal(eval_global(lang.eval, "o")->kind, OBJECT_UNKNOWN);
    arena_free(lang.arena);
}

static void test_set(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Diag *diag = diag_new(arena);
    const char *names[] = {"width", "clip"}, *texts[] = {"64", "1.5"};
    Node *values[2];
    for (int i = 0; i < 2; i++)
        values[i] = parse_expression(arena, source_from_text(arena, "--set", texts[i], strlen(texts[i])), diag);
    EvalOptions options = {.arena = arena, .pool = expr_pool_new(arena), .diag = diag, .set_names = names, .set_values = values, .set_count = 2};
    Eval *eval = eval_new(&options);
    const char *file = "width = 32\nq = SteSign(clip)\ndouble = width * 2\n";
    assert_true(eval_run(eval, parse_source(arena, source_from_text(arena, "t", file, strlen(file)), diag)));
    assert_int_equal(eval_global(eval, "double")->u.integer, 128);
    assert_true(object_number(object_dict_get(eval_global(eval, "q")->family_arguments, "clip_value")) == 1.5);
    arena_free(arena);
}

/* --- errors: text, the marked piece of source, hint */

typedef struct { const char *file, *marked, *text, *hint; } Mistake;

static void check_mistake(const Mistake *m)
{
    Lang lang = lang_run(m->file);
    Span span = {0};
    Severity severity;
    const char *hint = NULL, *text = diag_text(lang.diag, 0, &span, &severity, &hint);
    if (!text)
        fail_msg("no message for %s", m->file);
    assert_string_equal(text, m->text);
    assert_string_equal(arena_strndup(lang.arena, m->file + span.begin, span.end - span.begin), m->marked);
    assert_string_equal(hint ? hint : "", m->hint ? m->hint : "");
    assert_int_equal(diag_errors(lang.diag), 1);
    arena_free(lang.arena);
}

static void test_mistakes(void **state)
{
    static const Mistake mistakes[] = {
        {"q = SteSign(clip_valeu=1)\n", "clip_valeu", "SteSign: unknown argument 'clip_valeu'", "did you mean 'clip_value'?"},
        {"q = SteSign('1.0')\n", "'1.0'", "SteSign: clip_value must be a number or None, not '1.0'", "remove the quotes"},
        {"q = larq.quantizers.SteSing()\n", "SteSing", "'larq.quantizers' has no quantizer 'SteSing'", "did you mean 'SteSign'?"}, {"filters = 3\nn = filter + filtrs\n", "filtrs", "'filtrs' is not defined", "did you mean 'filters'?"},
        {"x = tf.keras.losses.get('mae_')\n", "'mae_'", "get: unknown loss 'mae_'", "did you mean 'mae'?"},
        {"q = DoReFa(2, mode='weight')\n", "DoReFa(2, mode='weight')", "DoReFa: mode must be 'activations' or 'weights', not 'weight'", NULL},
        {"q = NoOp()\n", "NoOp()", "NoOp: missing argument 'precision'", NULL},
        {"x = 9223372036854775807 + 1\n", "9223372036854775807 + 1", "the integer does not fit into 64 bits", NULL},
        {"x = 1 / 0\n", "1 / 0", "division by zero", NULL},
        {"x = [1][3]\n", "[1][3]", "index 3 is outside a list of 1 items", NULL},
        {"x = [1, 2]\nx[1.5] = 7\n", "x[1.5]", "list indices are integers, not float", NULL},
        {"x = [1, 2]\ndel x[1.5]\n", "x[1.5]", "list indices are integers, not float", NULL},
        {"x = [1, 2]\ndel x['a']\n", "x['a']", "list indices are integers, not str", NULL},
        {"x = [1, 2].pop(0.5)\n", "0.5", "list indices are integers, not float", NULL},
        {"x = [1, 2].insert('a', 3)\n", "'a'", "list indices are integers, not str", NULL},
        {"x = [].pop()\n", "[].pop()", "pop from an empty list", NULL},
        {"x = np.zeros((2, 3))\nx[1, 1.5] = 7\n", "x[1, 1.5]", "axis indices are integers, not float", NULL},
        {"x = np.zeros((2, 3))\nx[1, 3] = 7\n", "x[1, 3]", "index 3 is outside an axis of 3 items", NULL},
        {"x = np.zeros(3)[0.5]\n", "np.zeros(3)[0.5]", "axis indices are integers, not float", NULL},
        {"x = {}['a']\n", "{}['a']", "the key 'a' is not in the dict", NULL},
        {"x = '%(a)s' % {'b': 1}\n", "'%(a)s' % {'b': 1}", "the key 'a' is not in the dict", NULL},
        {"x = 1 + 'a'\n", "1 + 'a'", "'+' between int and str is not possible", NULL},
        {"x = (3).foo\n", "foo", "int has no attribute 'foo'", NULL}, {"x = 3\nx()\n", "x", "int is not callable", NULL},
        {"def f(a):\n    return a\nf(1, 2)\n", "2", "f: too many arguments: '2'", NULL},
        {"def f(a):\n    return a\nf()\n", "f()", "f: missing argument 'a'", NULL},
        {"a, b = 1, 2, 3\n", "a, b", "2 names for 3 values", NULL},
        {"assert 1 > 2, 'no'\n", "assert 1 > 2, 'no'", "assertion failed: no", NULL},
        {"def f():\n    raise ValueError('bad ' + str(3))\nf()\n", "raise ValueError('bad ' + str(3))", "the file raises ValueError: bad 3", NULL},
        {"def f(n):\n    return f(n)\nf(1)\n", "f(n)", "calls nest deeper than 64", NULL},
        {"x = [0] * 10000000\n", "[0] * 10000000", "a list of more than 1000000 items", NULL},
        {"x = 'a' * 200000\n", "'a' * 200000", "a string of more than 131072 bytes", NULL},
        {"x = 0\nfor i in range(1000000):\n    for j in range(1000000):\n        x = 1\n", "for j in range(1000000):\n        x = 1", "the file runs for more than 10000000 steps", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        check_mistake(&mistakes[i]);
}

static void test_undefined_far(void **state)
{
    (void)state;
    Lang lang = lang_run("x = quxquux + 1\ny = quxquux\n");
    assert_true(lang.ok);
    assert_int_equal(diag_warnings(lang.diag), 1); /* once per name */
    assert_int_equal(eval_global(lang.eval, "x")->kind, OBJECT_UNKNOWN);
    arena_free(lang.arena);
}

/* --- signatures */

static Bound *bind(Lang *lang, const char *signature, const char *arguments)
{
    Node *call = parse_expression(lang->arena, source_from_text(lang->arena, "call", arguments, strlen(arguments)), lang->diag);
    Call values = {0};
    values.at = ARENA_ARRAY(lang->arena, CallArgument, 16);
    for (const Argument *a = call->arguments; a; a = a->next) {
        Object *value = lang_value(lang, arena_strndup(lang->arena, arguments + a->value->span.begin, a->value->span.end - a->value->span.begin));
        values.at[values.count++] = (CallArgument){a->kind == ARGUMENT_KEYWORD ? a->name : NULL, value, a->value->span, a->name_span};
    }
    values.span = call->span;
    return signature_bind(lang->eval, signature_parse(lang->arena, signature), "Layer", &values);
}

static void test_signature(void **state)
{
    static const char text[] = "filters: int>0, size: ints*2, strides: ints*2 = 1, padding: 'valid'|'same' = 'valid', *, rate: float>=0 = 0.5, use: bool = True, "
                               "q: quantizer = None, init: initializer = 'glorot_uniform', shape: shape = None, rest: ignored = None";
    static const struct { const char *call, *wanted; } good[] = {
        {"f(8, 3)", "8 (3, 3) (1, 1) 'valid' 0.5 True None"},
        {"f(filters=16 / 2, size=[1, 2], padding='SAME', rate=1, use=0)", "8 (1, 2) (1, 1) 'same' 1.0 False None"},
    };
    static const struct { const char *call, *error; } bad[] = {
        {"f(0, 3)", "Layer: filters must be an integer above 0, not 0"},
        {"f('8', 3)", "Layer: filters must be an integer above 0, not '8'"}, {"f(8)", "Layer: missing argument 'size'"},
        {"f(8, (1, 2, 3))", "Layer: size must be an integer or a tuple of 2, not (1, 2, 3)"},
        {"f(8, 3, padding='smae')", "Layer: padding must be 'valid' or 'same', not 'smae'"},
        {"f(8, 3, filters=2)", "Layer: 'filters' is given twice"},
        {"f(8, 3, 1, 'same', 0.1)", "Layer: takes at most 4 positional arguments"},
        {"f(8, 3, stride=1)", "Layer: unknown argument 'stride'"},
        {"f(8, 3, use='False')", "Layer: use must be True or False, not 'False'"},
        {"f(8, 3, q='ste_sing')", "Layer: unknown quantizer 'ste_sing'"}, {"f(8, 3, q=3)", "Layer: 3 is not a quantizer"},
        {"f(8, 3, rate=-1)", "Layer: rate must be a number of at least 0, not -1"},
        {"f(8, 3, init='he')", "Layer: unknown initializer 'he'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        Lang lang = lang_start();
        Bound *bound = bind(&lang, text, good[i].call);
        assert_non_null(bound);
        Text got = text_new(lang.arena);
        for (int k = 0; k < 7; k++)
            text_printf(&got, "%s%s", k ? " " : "", object_text(lang.arena, bound[k].value));
        assert_string_equal(got.at, good[i].wanted);
        InitializerRule rule;
        assert_true(eval_initializer(bound[7].value, &rule));
        assert_string_equal(rule.mode, "fan_avg");
        arena_free(lang.arena);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Lang lang = lang_start();
        assert_null(bind(&lang, text, bad[i].call));
        assert_string_equal(diag_text(lang.diag, 0, &(Span){0}, NULL, NULL), bad[i].error);
        arena_free(lang.arena);
    }
}

/* --- tracing */

static const char *traced(const char *file, const char *name, int rank, TraceShape *result)
{
    static char text[512];
    static const char *const names[] = {"x"};
    Lang lang = lang_run(file);
    TraceShape shape = {.rank = rank, .dim = {-1, 4, 4, 3}};
    const Expr *e = lang.ok ? eval_trace_shaped(lang.eval, lang_value(&lang, name), 1, &shape, (Span){0}, result) : NULL;
    snprintf(text, sizeof text, "%s", e ? expr_text(lang.arena, expr_forward(lang.pool, e), names, 1) : diag_errors(lang.diag) ? diag_text(lang.diag, 0, &(Span){0}, NULL, NULL) : "nothing");
    arena_free(lang.arena);
    return text;
}

static void test_tracing(void **state)
{
    TraceShape shape;
    (void)state;
    assert_non_null(strstr(traced("def f(x):\n    return tf.where(x > 0, x, 2.0 * x)\n", "f", 4, &shape), "where"));
    assert_int_equal(shape.rank, 4);
    traced("def f(x):\n    return tf.reduce_mean(tf.abs(x), axis=[0, 1, 2])\n", "f", 4, &shape);
    assert_int_equal(shape.rank, 1);
    assert_int_equal(shape.dim[0], 3);
    traced("def f(x):\n    return tf.reduce_sum(x, axis=-1, keepdims=True)\n", "f", 2, &shape);
    assert_int_equal(shape.rank, 2);
    assert_int_equal(shape.dim[1], 1);
    assert_non_null(strstr(traced("def f(x):\n    return x - tf.reduce_sum(x, axis=-1)\n", "f", 2, &shape), "do not go together"));
    assert_non_null(strstr(traced("def f(x):\n    return x - tf.reduce_sum(x, axis=-1)[:, None]\n", "f", 2, &shape), "reduce_sum"));
    assert_non_null(strstr(traced("def f(x):\n    return x * x.shape[-1] + int(x.shape[1]) + len(x.shape)\n", "f", 4, &shape), "* 3"));
    assert_non_null(strstr(traced("def f(x):\n    if x > 0:\n        return x\n    return -x\n", "f", 2, &shape), "truth of a traced value"));
    assert_string_equal(traced("@tf.custom_gradient\ndef f(x):\n    return x\n", "f", 2, &shape), "f: a function under tf.custom_gradient returns (value, gradient function)");
    assert_non_null(strstr(traced("def f(x):\n    return tf.siign(x)\n", "f", 2, &shape), "did you mean 'sign'?"));
}

/* The gradient of a custom quantizer is its own, also through a call from another and through closures. */
static void test_custom_gradient(void **state)
{
    (void)state;
    Lang lang = lang_run("def make(scale):\n    @tf.custom_gradient\n    def q(x):\n        def grad(dy):\n            return dy * scale\n        return larq.math.sign(x), grad\n    return q\n"
                         "inner = make(3.0)\ndef outer(x):\n    return 2.0 * inner(x)\n");
    assert_true(lang.ok);
    const Expr *gradient[1], *e = eval_trace(lang.eval, eval_global(lang.eval, "outer"), 1, &(TraceShape){1, {4}}, (Span){0});
    assert_non_null(e);
    expr_differentiate(lang.pool, e, expr_arg(lang.pool, 1), gradient, 1);
    assert_non_null(gradient[0]);
    assert_true(expr_eval(gradient[0], (float[]){0.3f, 5.0f}) == 30.0f);
    assert_true(expr_eval(expr_forward(lang.pool, e), (float[]){-0.3f}) == -2.0f);
    arena_free(lang.arena);
}

static void test_sign_warns(void **state)
{
    (void)state;
    Lang lang = lang_run("def q(x):\n    return tf.sign(x) + tf.sign(x - 1.0)\n");
    assert_non_null(eval_trace(lang.eval, eval_global(lang.eval, "q"), 1, &(TraceShape){1, {4}}, (Span){0}));
    assert_int_equal(diag_warnings(lang.diag), 1);
    arena_free(lang.arena);
}

/* Classes over Larq's Quantizer and Keras' Constraint are traced through call and __call__. */
static void test_base_classes(void **state)
{
    (void)state;
    Lang lang = lang_run("class Q(lq.quantizers.Quantizer):\n    precision = 1\n    def __init__(self, clip=1.0, **kw):\n        super().__init__(**kw)\n        self.clip = clip\n"
                         "    def call(self, x):\n        return super().call(tf.clip_by_value(x, -self.clip, self.clip))\n"
                         "class C(tf.keras.constraints.Constraint):\n    def __call__(self, w):\n        return w * 0.5\nq = Q(0.25)\nh = tf.keras.initializers.he_normal(seed=1)\n");
    assert_true(lang.ok);
    const TraceShape shape = {1, {4}};
    const Expr *e = eval_trace(lang.eval, eval_global(lang.eval, "q"), 1, &shape, (Span){0});
    assert_non_null(e);
    assert_true(expr_eval(e, (float[]){3}) == 0.25f);
    assert_int_equal(eval_precision(lang.eval, eval_global(lang.eval, "q")), 1);
    Object *constraint = eval_resolve(lang.eval, FAMILY_CONSTRAINT, eval_global(lang.eval, "C"), (Span){0}, "test");
    e = eval_trace(lang.eval, constraint, 1, &shape, (Span){0});
    assert_true(e && expr_eval(e, (float[]){3}) == 1.5f);
    InitializerRule rule;
    assert_true(eval_initializer(eval_global(lang.eval, "h"), &rule));
    assert_string_equal(rule.mode, "fan_in");
    arena_free(lang.arena);
}

/* Lists that skipped code would change are unknown afterwards. */
static void test_forgotten_lists(void **state)
{
    (void)state;
    Lang lang = lang_run("import files\nrows, table, kept = [], {}, [1]\nfor line in files.lines:\n    rows.append(line)\n    table['n'] = line\n    len(kept)\n");
    assert_true(lang.ok);
    assert_int_equal(eval_global(lang.eval, "rows")->kind, OBJECT_UNKNOWN);
    assert_int_equal(eval_global(lang.eval, "table")->kind, OBJECT_UNKNOWN);
    assert_int_equal(eval_global(lang.eval, "kept")->kind, OBJECT_LIST);
    arena_free(lang.arena);
}

static void test_resolve(void **state)
{
    (void)state;
    Lang lang = lang_run("@lq.utils.register_keras_custom_object\ndef my_quantizer(x):\n    return x\n@lq.utils.register_alias('other')\ndef f(x):\n    return x\n");
    static const struct { Family family; const char *value, *name; } rows[] = {
        {FAMILY_QUANTIZER, "'ste_sign'", "SteSign"}, {FAMILY_QUANTIZER, "SteSign", "SteSign"},
        {FAMILY_QUANTIZER, "'DoReFaQuantizer'", "DoReFa"}, {FAMILY_ACTIVATION, "'ste_sign'", "SteSign"},
        {FAMILY_ACTIVATION, "'relu'", "relu"}, {FAMILY_METRIC, "hinge", "Hinge"}, {FAMILY_OPTIMIZER, "'Adam'", "Adam"},
        {FAMILY_OPTIMIZER, "'sgd'", "SGD"}, {FAMILY_LOSS, "'KLD'", "KLDivergence"},
        {FAMILY_QUANTIZER, "{'class_name': 'SteSign', 'config': {'clip_value': 2}}", "SteSign"},
        {FAMILY_INITIALIZER, "'he_normal'", "HeNormal"}, {FAMILY_CONSTRAINT, "'weight_clip'", "WeightClip"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Object *object = eval_resolve(lang.eval, rows[i].family, lang_value(&lang, rows[i].value), (Span){0}, "test");
        if (!object)
            fail_msg("%s does not resolve: %s", rows[i].value, diag_text(lang.diag, 0, &(Span){0}, NULL, NULL));
        assert_string_equal(object->family_name, rows[i].name);
    }
    assert_string_equal(eval_resolve(lang.eval, FAMILY_QUANTIZER, lang_value(&lang, "'my_quantizer'"), (Span){0}, "test")->u.function.name, "my_quantizer");
    assert_string_equal(eval_resolve(lang.eval, FAMILY_QUANTIZER, lang_value(&lang, "'other'"), (Span){0}, "test")->u.function.name, "f");
    arena_free(lang.arena);
}

const struct CMUnitTest lang_tests[] = {
    cmocka_unit_test(test_expressions), cmocka_unit_test(test_text), cmocka_unit_test(test_functions), cmocka_unit_test(test_classes), cmocka_unit_test(test_numpy), cmocka_unit_test(test_surroundings),
    cmocka_unit_test(test_unknown), cmocka_unit_test(test_unknown_reaches), cmocka_unit_test(test_set), cmocka_unit_test(test_mistakes), cmocka_unit_test(test_undefined_far), cmocka_unit_test(test_signature),
    cmocka_unit_test(test_tracing), cmocka_unit_test(test_custom_gradient), cmocka_unit_test(test_sign_warns), cmocka_unit_test(test_resolve),
    cmocka_unit_test(test_base_classes), cmocka_unit_test(test_forgotten_lists),
};
const int lang_test_count = sizeof lang_tests / sizeof *lang_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("lang", lang_tests, (size_t)lang_test_count, NULL, NULL);
}
#endif

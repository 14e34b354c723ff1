/* The command line: what is accepted, what is refused and with which words; prefixes of generated names. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cmd/compilation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct { Arena *arena; Options options; char *message; } Context;

static int begin(void **state)
{
    Context *context = calloc(1, sizeof *context);
    context->arena = arena_new();
    *state = context;
    return 0;
}

static int end(void **state)
{
    Context *context = *state;
    free(context->message);
    arena_free(context->arena);
    free(context);
    return 0;
}

/* Words separated by single blanks. */
static int parse(Context *context, const char *line)
{
    char *argv[32] = { "bnnc" }, *copy = arena_strdup(context->arena, line);
    int argc = 1;
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    size_t length;
    free(context->message);
    FILE *err = open_memstream(&context->message, &length);
    int status = options_parse(context->arena, argc, argv, &context->options, err);
    fclose(err);
    return status;
}

static void refuse(Context *context, const char *line, const char *words)
{
    assert_int_equal(parse(context, line), STATUS_USAGE);
    if (!strstr(context->message, words))
        fail_msg("'%s' says '%s', not '%s'", line, context->message, words);
}

static void test_compile_is_default(void **state)
{
    Context *context = *state;
    assert_int_equal(parse(context, "model.bnn -o model.c"), STATUS_GOOD);
    assert_int_equal(context->options.command, COMMAND_compile);
    assert_string_equal(context->options.file, "model.bnn");
    assert_string_equal(context->options.output, "model.c");
    assert_null(context->options.weights);
    assert_int_equal(context->options.seed, -1);
    assert_int_equal(parse(context, "compile --selftest --weights=w.safetensors model.bnn --output m.c"), STATUS_GOOD);
    assert_true(context->options.selftest);
    assert_string_equal(context->options.weights, "w.safetensors");
}

static void test_values(void **state)
{
    Context *context = *state;
    assert_int_equal(parse(context, "train m.bnn --epochs 3 --validation-split=0.25 --set A=1 --set B=2 --seed 0"), STATUS_GOOD);
    assert_int_equal(context->options.command, COMMAND_train);
    assert_int_equal(context->options.epochs, 3);
    assert_int_equal(context->options.batch_size, -1);
    assert_int_equal(context->options.seed, 0);
    assert_true(context->options.validation_split == 0.25);
    assert_int_equal(context->options.set.count, 2);
    assert_string_equal(context->options.set.at[1], "B=2");
    assert_int_equal(parse(context, "train m.bnn"), STATUS_GOOD);
    assert_true(isnan(context->options.validation_split));
    assert_int_equal(parse(context, "predict m.bnn a.pgm b.pgm"), STATUS_GOOD);
    assert_int_equal(context->options.more_count, 2);
    assert_int_equal(parse(context, "-- -odd-name.bnn"), STATUS_GOOD);
    assert_string_equal(context->options.file, "-odd-name.bnn");
    assert_int_equal(parse(context, "train --help"), STATUS_GOOD);
    assert_int_equal(context->options.command, COMMAND_help);
    assert_string_equal(context->options.file, "train");
}

static void test_refused(void **state)
{
    Context *context = *state;
    refuse(context, "train m.bnn --epoch 3", "did you mean '--epochs'");
    refuse(context, "m.bnn --wieghts w", "did you mean '--weights'");
    refuse(context, "m.bnn --frobnicate", "unknown option '--frobnicate'");
    refuse(context, "m.bnn --epochs 3", "does not go with `bnnc compile`");
    refuse(context, "trian m.bnn", "did you mean 'train'");
    refuse(context, "train m.bnn --epochs three", "whole number");
    refuse(context, "train m.bnn --epochs -3", "whole number");
    refuse(context, "train m.bnn --epochs 99999999999999999999", "whole number");
    refuse(context, "train m.bnn --threads 4294967297", "up to 2147483647");
    refuse(context, "train m.bnn --validation-split x", "takes a number");
    refuse(context, "m.bnn --runtime=static", "inline|link");
    refuse(context, "m.bnn --unroll most", "full|auto|none");
    refuse(context, "m.bnn -o", "wants a value");
    refuse(context, "m.bnn --selftest=yes", "takes no value");
    refuse(context, "m.bnn n.bnn", "too many");
    refuse(context, "train", "which model file");
}

static void test_prefixes(void **state)
{
    Context *context = *state;
    assert_null(prefix_refusal(context->arena, "fashion"));
    assert_null(prefix_refusal(context->arena, "Net_2"));
    assert_non_null(prefix_refusal(context->arena, "double"));
    assert_non_null(prefix_refusal(context->arena, "template"));
    assert_non_null(prefix_refusal(context->arena, "2net"));
    assert_non_null(prefix_refusal(context->arena, "_net"));
    assert_non_null(prefix_refusal(context->arena, "a__b"));
    assert_non_null(prefix_refusal(context->arena, "a-b"));
    assert_non_null(prefix_refusal(context->arena, ""));
    assert_string_equal(prefix_from_stem(context->arena, "my-net.v2"), "my_net_v2");
    assert_string_equal(prefix_from_stem(context->arena, "3net"), "m3net");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
const struct CMUnitTest cmd_tests[] = { TEST(test_compile_is_default), TEST(test_values), TEST(test_refused), TEST(test_prefixes) };
const int cmd_test_count = sizeof cmd_tests / sizeof *cmd_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("cmd", cmd_tests, (size_t)cmd_test_count, NULL, NULL) != 0;
}
#endif

/* Callbacks over hand-made series of figures; what they must do was computed by running Keras 2.15's own on the same series. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/arena_fixture.h"
#include "layers/layers.h"
#include "run/callback.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EPOCHS = 20 };
static const double val_loss[EPOCHS] = { 1.0, 0.8, 0.81, 0.79999, 0.9,  0.7,  0.7,  0.71, 0.72, 0.5,
                                         0.6, 0.61, 0.62, 0.63,   0.64, 0.65, 0.66, 0.67, 0.68, 0.69 };
static const double val_accuracy[EPOCHS] = { 0.1, 0.3,  0.2,  0.3,  0.35, 0.34, 0.33, 0.36, 0.36, 0.2,
                                             0.1, 0.36, 0.37, 0.37, 0.37, 0.2,  0.2,  0.2,  0.2,  0.2 };
static const bnn_variable variables[] = {
    { .name = "dense/kernel", .rank = 1, .dim = { 1 }, .offset = 0, .count = 1, .kind = 0, .trainable = 1 },
    { .name = "learning_rate", .offset = 1, .count = 1, .kind = 2 },
    { .name = "iterations", .offset = 2, .count = 1, .kind = 2 },
    { .name = "bop_gamma", .offset = 3, .count = 1, .kind = 2 },
};
static const TrainProgram program = { .state_bytes = 4 * sizeof(float), .variable_count = 4, .variables = variables };

/* One callback on its way through the series: the weight of epoch e is e + 0.5 when the epoch ends. */
typedef struct { Callbacks callbacks; Moment moment; Progress progress; Logs logs; float state[4]; int epochs; } Drive;

static Drive *drive_new(Arena *arena, const char *callback)
{
    static const char source[] = "bop = larq.optimizers.Bop()\nmodel = Sequential([Input((2,)), Dense(1)])\nmodel.compile(SGD(0.1), 'mse')\n";
    FrontOptions front = { .model = { .callbacks = true }, .callbacks = &callback, .callback_count = 1 };
    Diag *diag = diag_new(arena);
    const Model *model = model_from_source(arena, source_from_text(arena, "test.bnn", source, strlen(source)), &front, diag);
    if (!model)
        return NULL;
    Drive *drive = ARENA_NEW(arena, Drive);
    drive->callbacks = callbacks_new(arena, &model->fit);
    drive->state[1] = 0.1f;
    drive->moment = (Moment){ .arena = arena, .program = &program, .state = drive->state, .logs = &drive->logs, .progress = &drive->progress };
    callbacks_call(&drive->callbacks, &drive->moment, CALLBACK_HOOK(begin));
    return drive;
}

static void drive_epoch(Drive *drive, int epoch)
{
    drive->moment.epoch = epoch;
    drive->logs.count = 0;
    callbacks_call(&drive->callbacks, &drive->moment, CALLBACK_HOOK(epoch_begin));
    drive->state[0] = (float)epoch + 0.5f;
    logs_set(&drive->logs, "val_loss", val_loss[epoch]);
    logs_set(&drive->logs, "val_accuracy", val_accuracy[epoch]);
    callbacks_call(&drive->callbacks, &drive->moment, CALLBACK_HOOK(epoch_end));
    drive->epochs = epoch + 1;
}

static void drive_all(Drive *drive)
{
    for (int epoch = drive->epochs; epoch < EPOCHS && !drive->moment.stop && !drive->moment.error; epoch++)
        drive_epoch(drive, epoch);
}

static void drive_free(Drive *drive)
{
    for (int i = 0; i < drive->callbacks.count; i++)
        free(drive->callbacks.at[i].kept);
}

/* kept: the epoch whose weights come back, -1: those of the last epoch stay. */
static void test_early_stopping(void **state)
{
    static const struct { const char *callback; int epochs, kept; } cases[] = {
        { "EarlyStopping(patience=2)", 8, -1 },
        { "EarlyStopping(patience=3, min_delta=0.05)", 5, -1 },
        { "EarlyStopping('val_accuracy', patience=2, restore_best_weights=True)", 4, 1 },
        { "EarlyStopping()", 3, -1 },
        { "EarlyStopping(patience=2, baseline=0.75)", 3, -1 },
        { "EarlyStopping(patience=2, start_from_epoch=5, restore_best_weights=True)", 8, 5 },
        { "EarlyStopping(monitor='val_accuracy', mode='min', patience=1, restore_best_weights=True)", 2, 0 },
        { "EarlyStopping('val_accuracy', patience=4, min_delta=-0.01, restore_best_weights=True)", 9, 4 },
        { "EarlyStopping('loss', patience=1)", EPOCHS, -1 }, /* not logged */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Drive *drive = drive_new(*state, cases[i].callback);
        assert_non_null(drive);
        drive_all(drive);
        assert_int_equal(drive->epochs, cases[i].epochs);
        assert_int_equal(drive->moment.stop, cases[i].epochs < EPOCHS);
        assert_true(drive->state[0] == (float)(cases[i].kept < 0 ? cases[i].epochs - 1 : cases[i].kept) + 0.5f);
        assert_true(drive->state[1] == 0.1f); /* the optimizer's are not restored */
        drive_free(drive);
    }
}

/* Learning rates after each epoch, as float32. */
static void test_plateau(void **state)
{
    static const struct { const char *callback; double rate[EPOCHS]; } cases[] = {
        { "ReduceLROnPlateau(patience=2)",
          { 0.10000000149011612, 0.10000000149011612, 0.10000000149011612, 0.009999999776482582, 0.009999999776482582, 0.009999999776482582,
            0.009999999776482582, 0.0009999999310821295, 0.0009999999310821295, 0.0009999999310821295, 0.0009999999310821295, 9.99999901978299e-05,
            9.99999901978299e-05, 9.99999883788405e-06, 9.99999883788405e-06, 9.99999883788405e-07, 9.99999883788405e-07, 9.999998695775503e-08,
            9.999998695775503e-08, 9.99999905104687e-09 } },
        { "ReduceLROnPlateau(patience=1, factor=0.5, min_lr=0.02)",
          { 0.10000000149011612, 0.10000000149011612, 0.05000000074505806, 0.02500000037252903, 0.019999999552965164, 0.019999999552965164,
            0.019999999552965164, 0.019999999552965164, 0.019999999552965164, 0.019999999552965164, 0.019999999552965164, 0.019999999552965164,
            0.019999999552965164, 0.019999999552965164, 0.019999999552965164, 0.019999999552965164, 0.019999999552965164, 0.019999999552965164,
            0.019999999552965164, 0.019999999552965164 } },
        { "ReduceLROnPlateau('val_accuracy', patience=1, factor=0.5, cooldown=2)",
          { 0.10000000149011612, 0.10000000149011612, 0.05000000074505806, 0.05000000074505806, 0.05000000074505806, 0.02500000037252903,
            0.02500000037252903, 0.02500000037252903, 0.012500000186264515, 0.012500000186264515, 0.0062500000931322575, 0.0062500000931322575,
            0.0062500000931322575, 0.0031250000465661287, 0.0031250000465661287, 0.0015625000232830644, 0.0015625000232830644, 0.0007812500116415322,
            0.0007812500116415322, 0.0003906250058207661 } },
        { "ReduceLROnPlateau(patience=0, factor=0.9)",
          { 0.10000000149011612, 0.10000000149011612, 0.09000000357627869, 0.08100000023841858, 0.07289999723434448, 0.07289999723434448,
            0.06560999900102615, 0.05904899910092354, 0.053144097328186035, 0.053144097328186035, 0.04782968759536743, 0.04304672032594681,
            0.03874204680323601, 0.03486784175038338, 0.03138105571269989, 0.02824294939637184, 0.025418654084205627, 0.022876787930727005,
            0.020589109510183334, 0.01853019930422306 } },
        { "ReduceLROnPlateau(patience=2, min_delta=0.1, cooldown=1, factor=0.3)",
          { 0.10000000149011612, 0.10000000149011612, 0.10000000149011612, 0.030000001192092896, 0.030000001192092896, 0.030000001192092896,
            0.030000001192092896, 0.009000000543892384, 0.009000000543892384, 0.009000000543892384, 0.009000000543892384, 0.0027000000700354576,
            0.0027000000700354576, 0.0008099999977275729, 0.0008099999977275729, 0.00024300000222865492, 0.00024300000222865492, 7.2900002123788e-05,
            7.2900002123788e-05, 2.18700006371364e-05 } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Drive *drive = drive_new(*state, cases[i].callback);
        assert_non_null(drive);
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            double before = (double)drive->state[1], logged;
            drive_epoch(drive, epoch);
            assert_true(drive->state[1] == (float)cases[i].rate[epoch]);
            assert_true(logs_get(&drive->logs, "lr", &logged) && logged == before); /* the rate that the epoch was trained with */
        }
    }
}

static void test_schedules(void **state)
{
    Drive *drive = drive_new(*state, "LearningRateScheduler(lambda epoch, lr: lr if epoch < 2 else lr * 0.5)");
    static const float halved[] = { 0.1f, 0.1f, 0.05f, 0.025f };
    for (int epoch = 0; epoch < 4; epoch++) {
        drive_epoch(drive, epoch);
        assert_true(drive->state[1] == halved[epoch]);
    }
    drive = drive_new(*state, "LearningRateScheduler(lambda epoch: 0.3 / (epoch + 1))");
    drive_epoch(drive, 2);
    assert_true(drive->state[1] == (float)(0.3 / 3));
    drive = drive_new(*state, "larq.callbacks.HyperparameterScheduler(lambda t: 0.5 ** t, 'gamma', bop, update_freq='step', log_name='g')");
    drive->state[2] = 3.0f; /* the optimizer's count of steps */
    callbacks_call(&drive->callbacks, &drive->moment, CALLBACK_HOOK(batch_begin));
    assert_true(drive->state[3] == 0.125f);
    drive_epoch(drive, 0);
    double logged;
    assert_true(logs_get(&drive->logs, "g", &logged) && logged == 0.125);
    assert_null(drive_new(*state, "larq.callbacks.HyperparameterScheduler(lambda t: 0.5, 'momentum')"));
}

static const char *written(Arena *arena, const char *folder)
{
    Text out = text_new(arena);
    for (int epoch = 1; epoch <= EPOCHS; epoch++)
        if (access(arena_printf(arena, "%s/deep/w-%03d-%.3f.safetensors", folder, epoch, val_loss[epoch - 1]), F_OK) == 0)
            text_printf(&out, "%d ", epoch);
    return out.at ? out.at : "";
}

static void test_checkpoint(void **state)
{
    static const struct { const char *arguments, *epochs; } cases[] = {
        { "save_best_only=True", "1 2 4 6 10 " },
        { "'val_accuracy', save_best_only=True", "1 2 5 8 13 " },
        { "period=6", "6 12 18 " },
        { "save_best_only=True, initial_value_threshold=0.75", "6 10 " },
        { "save_freq=7", "" }, /* batches, of which there are none here */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char folder[] = "/tmp/bnnc-test-XXXXXX";
        assert_non_null(mkdtemp(folder));
        Drive *drive = drive_new(*state, arena_printf(*state, "ModelCheckpoint('%s/deep/w-{epoch:03d}-{val_loss:.3f}.h5', %s)", folder, cases[i].arguments));
        assert_non_null(drive);
        drive_all(drive);
        assert_null(drive->moment.error);
        assert_string_equal(written(*state, folder), cases[i].epochs);
        assert_int_equal(system(arena_printf(*state, "rm -rf %s", folder)), 0);
    }
    Drive *drive = drive_new(*state, "ModelCheckpoint('/tmp/{val_los:.3f}.h5')");
    drive_epoch(drive, 0);
    assert_non_null(strstr(drive->moment.error, "'{val_los:.3f}'"));
}

static void test_csv(void **state)
{
    char path[] = "/tmp/bnnc-test-XXXXXX";
    int handle = mkstemp(path);
    size_t count;
    const char *error = "";
    close(handle);
    Drive *drive = drive_new(*state, arena_printf(*state, "CSVLogger('%s')", path));
    for (int epoch = 0; epoch < 2; epoch++) {
        drive->logs.count = 0;
        drive->moment.epoch = epoch;
        logs_set(&drive->logs, "loss", epoch ? (double)NAN : (double)0.1f);
        logs_set(&drive->logs, "accuracy", epoch ? (double)(2.0f / 3) : 1.0);
        logs_set(&drive->logs, "lr", epoch ? (double)1e-5f : (double)0.001f);
        callbacks_call(&drive->callbacks, &drive->moment, CALLBACK_HOOK(epoch_end));
    }
    assert_string_equal(file_read(*state, path, &count, &error), "epoch,accuracy,loss,lr,val_accuracy,val_loss,val_lr\r\n"
                                                                 "0,1.0,0.10000000149011612,0.001,NA,NA,NA\r\n"
                                                                 "1,0.6666666865348816,nan,1e-05,NA,NA,NA\r\n");
    unlink(path);
}

static void test_nan(void **state)
{
    Drive *drive = drive_new(*state, "TerminateOnNaN()");
    logs_set(&drive->logs, "loss", 1e30);
    callbacks_call(&drive->callbacks, &drive->moment, CALLBACK_HOOK(batch_end));
    assert_false(drive->moment.stop);
    logs_set(&drive->logs, "loss", -INFINITY);
    callbacks_call(&drive->callbacks, &drive->moment, CALLBACK_HOOK(batch_end));
    assert_true(drive->moment.stop);
}

static void test_refused(void **state)
{
    FILE *out = tmpfile();
    char text[256] = "";
    Drive *drive = drive_new(*state, "EarlyStopping()");
    callbacks_check(&drive->callbacks, &program, true, out);
    assert_int_equal(ftell(out), 0);
    callbacks_check(&drive->callbacks, &program, false, out);
    rewind(out);
    assert_non_null(fgets(text, sizeof text, out));
    assert_non_null(strstr(text, "EarlyStopping watches 'val_loss'"));
    assert_non_null(strstr(text, "--validation-split"));
    fclose(out);
    assert_null(drive_new(*state, "EarlyStopping(patients=3)"));
    assert_null(drive_new(*state, "EarlyStopping(mode='up')"));
}

const struct CMUnitTest callback_tests[] = {
    TEST(test_early_stopping), TEST(test_plateau), TEST(test_schedules), TEST(test_checkpoint), TEST(test_csv), TEST(test_nan), TEST(test_refused),
};
const int callback_test_count = sizeof callback_tests / sizeof *callback_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("callback", callback_tests, (size_t)callback_test_count, NULL, NULL) != 0;
}
#endif

/* A product that learns: the training C of examples/micro, and nothing else, trained on the images of its user.
 *
 *   learn IMAGES LABELS TEST-IMAGES TEST-LABELS [EPOCHS]
 *
 * The four files are MNIST's format, uncompressed. After the last epoch only what inference reads is kept: latent weights and optimizer state go. */
#include "micro.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED = 1, PIXELS = MICRO_INPUT_COUNT, CLASSES = MICRO_OUTPUT_COUNT };

typedef struct { long count; unsigned char *images, *labels; } Data;

static unsigned char *read_file(const char *path, long header, long *bytes)
{
    FILE *file = fopen(path, "rb");
    unsigned char *content = NULL;
    if (file && !fseek(file, 0, SEEK_END) && (*bytes = ftell(file) - header) > 0 && !fseek(file, header, SEEK_SET))
        content = malloc((size_t)*bytes);
    if (!content || fread(content, 1, (size_t)*bytes, file) != (size_t)*bytes) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    return content;
}

static Data read_data(const char *images, const char *labels)
{
    long bytes;
    Data data = {.labels = read_file(labels, 8, &data.count), .images = read_file(images, 16, &bytes)};
    if (bytes != data.count * PIXELS) {
        fprintf(stderr, "%s and %s do not belong together\n", images, labels);
        exit(1);
    }
    return data;
}

static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes);
    if (!memory) {
        fprintf(stderr, "no memory\n");
        exit(1);
    }
    return memory;
}

/* splitmix64: the same numbers everywhere. */
static uint64_t next_random(uint64_t *at)
{
    uint64_t z = *at += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* The samples in another order for each epoch, the same in every run. */
static void shuffle(long *order, long count, int epoch)
{
    uint64_t at = (uint64_t)epoch;
    for (long i = 0; i < count; i++)
        order[i] = i;
    for (long i = count - 1; i > 0; i--) {
        long other = (long)(next_random(&at) % (uint64_t)(i + 1)), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}

static void train_epoch(float *state, void *workspace, const Data *data, long *order, int epoch)
{
    static uint8_t input[MICRO_BATCH * PIXELS];
    static int32_t label[MICRO_BATCH];
    float metrics[MICRO_METRIC_COUNT];
    double loss = 0.0, accuracy = 0.0;
    shuffle(order, data->count, epoch);
    for (long first = 0; first < data->count; first += MICRO_BATCH) {
        int count = data->count - first < MICRO_BATCH ? (int)(data->count - first) : MICRO_BATCH;
        for (int i = 0; i < count; i++) {
            memcpy(input + i * PIXELS, data->images + order[first + i] * PIXELS, PIXELS);
            label[i] = data->labels[order[first + i]];
        }
        loss += (double)count * (double)micro_train_batch(state, workspace, input, label, count, SEED, 1.0f, metrics);
        accuracy += (double)count * (double)metrics[0];
    }
    printf("epoch %d: loss %.4f, accuracy %.4f\n", epoch + 1, loss / (double)data->count, accuracy / (double)data->count);
}

/* What the packed block alone gets right. */
static double test(const void *packed, void *workspace, const Data *data)
{
    float output[CLASSES];
    long right = 0;
    for (long i = 0; i < data->count; i++) {
        int best = 0;
        micro_predict(packed, workspace, data->images + i * PIXELS, 1, output);
        for (int c = 1; c < CLASSES; c++)
            best = output[c] > output[best] ? c : best;
        right += best == data->labels[i];
    }
    return (double)right / (double)data->count;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: %s IMAGES LABELS TEST-IMAGES TEST-LABELS [EPOCHS]\n", argv[0]);
        return 2;
    }
    Data training = read_data(argv[1], argv[2]), testing = read_data(argv[3], argv[4]);
    int epochs = argc > 5 ? atoi(argv[5]) : 1;
    float *state = allocate(MICRO_STATE_BYTES);
    void *workspace = allocate(MICRO_WORKSPACE_BYTES), *packed = allocate(MICRO_PACKED_BYTES);
    long *order = allocate((size_t)training.count * sizeof *order);

    micro_init(state, SEED);
    for (int epoch = 0; epoch < epochs; epoch++)
        train_epoch(state, workspace, &training, order, epoch);
    micro_pack(state, workspace, packed);
    free(state);
    printf("test accuracy %.4f\n", test(packed, workspace, &testing));
    printf("kept %d bytes, dropped %d\n", MICRO_PACKED_BYTES, MICRO_STATE_BYTES);
    return 0;
}

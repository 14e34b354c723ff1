/* Runs the compiled network on test images: what a product would do, plus a little show.
 *
 *   fashion t10k-images-idx3-ubyte t10k-labels-idx1-ubyte [predictions]
 *
 * The two files are MNIST's format, uncompressed. `predictions` holds one class a line, from the trainer: they must be equal. */
#include "fashion.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, SHOWN = 4 };

static const char *const class_names[10] = { "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot" };

static unsigned char *read_file(const char *path, long header, long *count)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    fseek(file, 0, SEEK_END);
    *count = ftell(file) - header;
    fseek(file, header, SEEK_SET);
    unsigned char *bytes = malloc((size_t)*count);
    if (!bytes || fread(bytes, 1, (size_t)*count, file) != (size_t)*count) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    return bytes;
}

/* Two rows of pixels become one line of text; four images side by side. */
static void show(const unsigned char *images, const unsigned char *labels, const int *classes)
{
    static const char shades[] = " .:-=+*#%@";
    for (int y = 0; y < SIDE; y += 2) {
        for (int k = 0; k < SHOWN; k++) {
            const unsigned char *row = images + k * PIXELS + y * SIDE;
            for (int x = 0; x < SIDE; x++)
                putchar(shades[(row[x] + row[x + SIDE]) * 9 / 510]);
            fputs("  ", stdout);
        }
        putchar('\n');
    }
    for (int k = 0; k < SHOWN; k++)
        printf("%-8s %-19s  ", class_names[classes[k]], classes[k] == labels[k] ? "(right)" : "(wrong)");
    puts("\n");
}

static double seconds(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static long count_equal(const char *path, const int *classes, long count)
{
    FILE *file = fopen(path, "r");
    long equal = 0;
    int predicted;
    for (long i = 0; file && i < count && fscanf(file, "%d", &predicted) == 1; i++)
        equal += predicted == classes[i];
    if (file)
        fclose(file);
    return equal;
}

int main(int argc, char **argv)
{
    static fashion_workspace workspace;
    long bytes, count, right = 0;
    if (argc < 3) {
        fprintf(stderr, "usage: %s IMAGES LABELS [PREDICTIONS]\n", argv[0]);
        return 2;
    }
    const unsigned char *images = read_file(argv[1], 16, &bytes), *labels = read_file(argv[2], 8, &count);
    if (bytes != count * PIXELS) {
        fprintf(stderr, "%s and %s do not belong together\n", argv[1], argv[2]);
        return 1;
    }
    int *classes = malloc((size_t)count * sizeof *classes);
    double start = seconds();
    for (long i = 0; i < count; i++)
        classes[i] = fashion_classify(images + i * PIXELS, &workspace);
    double each = (seconds() - start) / (double)count * 1e6;
    for (long i = 0; i < count; i++)
        right += classes[i] == labels[i];

    show(images, labels, classes);
    printf("test accuracy      %.2f %% of %ld images\n", 100.0 * (double)right / (double)count, count);
    if (argc > 3)
        printf("same as trainer    %ld of %ld images\n", count_equal(argv[3], classes, count), count);
    printf("weights            %d bytes\n", FASHION_WEIGHT_BYTES);
    printf("workspace          %d bytes\n", (int)sizeof workspace);
    printf("time               %.1f us an image\n", each);
    return argc > 3 && count_equal(argv[3], classes, count) != count;
}

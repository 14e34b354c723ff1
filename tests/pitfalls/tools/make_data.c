/* Writes the files that the tests of this folder need, bytes as the formats define them, on any machine.
 *
 *   make_data safetensors FILE {NAME TYPE SHAPE VALUE...} ...   TYPE f32 f64 f16 bf16 i8; SHAPE 3,1; values: numbers, or "all V"
 *   make_data idx FILE SHAPE VALUE...                           unsigned bytes
 *   make_data npy FILE SHAPE VALUE...                           float32
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 1 << 24 };
static unsigned char body[BODY_MAX];
static size_t body_count;

static void put(uint64_t bits, int bytes)
{
    for (int i = 0; i < bytes; i++)
        body[body_count++] = (unsigned char)(bits >> (8 * i));
}

static uint32_t float_bits(double value)
{
    float single = (float)value;
    uint32_t bits;
    memcpy(&bits, &single, sizeof bits);
    return bits;
}

/* Halves of numbers that need no rounding and are not subnormal. */
static uint32_t half_bits(double value)
{
    uint32_t bits = float_bits(value);
    if ((bits & 0x7FFFFFFF) == 0)
        return bits >> 16;
    return (bits >> 16 & 0x8000) | ((((bits >> 23 & 255) - 112) << 10) + (bits >> 13 & 0x3FF));
}

static void put_number(const char *type, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (!strcmp(type, "f64"))
        put(bits, 8);
    else if (!strcmp(type, "f16"))
        put(half_bits(value), 2);
    else if (!strcmp(type, "bf16"))
        put(float_bits(value) >> 16, 2);
    else if (!strcmp(type, "i8") || !strcmp(type, "u8"))
        put((uint64_t)(int64_t)value, 1);
    else
        put(float_bits(value), 4);
}

static size_t shape_count(const char *shape)
{
    size_t count = 1;
    for (char *end; *shape; shape = *end ? end + 1 : end)
        count *= strtoul(shape, &end, 10);
    return count;
}

/* Values from at[0] on; returns how many arguments were taken. */
static int put_values(const char *type, size_t count, char **at)
{
    int all = !strcmp(at[0], "all");
    for (size_t i = 0; i < count; i++)
        put_number(type, strtod(at[all ? 1 : i], NULL));
    return all ? 2 : (int)count;
}

static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        exit(2);
    }
    return file;
}

static void upper(char *text)
{
    for (; *text; text++)
        if (*text >= 'a' && *text <= 'z')
            *text = (char)(*text - 'a' + 'A');
}

static void write_safetensors(const char *path, int argc, char **argv)
{
    static char header[1 << 16];
    size_t length = (size_t)sprintf(header, "{");
    for (int i = 0; i + 3 < argc;) {
        size_t begin = body_count;
        char type[8];
        strcpy(type, argv[i + 1]);
        int taken = put_values(type, shape_count(argv[i + 2]), argv + i + 3);
        upper(type);
        length += (size_t)sprintf(header + length, "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%zu,%zu]}", begin ? "," : "", argv[i],
                                  type, argv[i + 2], begin, body_count);
        i += 3 + taken;
    }
    header[length++] = '}';
    FILE *file = open_file(path);
    for (int i = 0; i < 8; i++)
        fputc((int)((uint64_t)length >> (8 * i) & 255), file);
    fwrite(header, 1, length, file);
    fwrite(body, 1, body_count, file);
    fclose(file);
}

static void write_idx(const char *path, const char *shape, char **values)
{
    put_values("u8", shape_count(shape), values);
    FILE *file = open_file(path);
    int rank = 1;
    for (const char *at = shape; *at; at++)
        rank += *at == ',';
    fprintf(file, "%c%c%c%c", 0, 0, 8, rank);
    for (const char *at = shape; *at;) {
        char *end;
        unsigned long size = strtoul(at, &end, 10);
        fprintf(file, "%c%c%c%c", (int)(size >> 24 & 255), (int)(size >> 16 & 255), (int)(size >> 8 & 255), (int)(size & 255));
        at = *end ? end + 1 : end;
    }
    fwrite(body, 1, body_count, file);
    fclose(file);
}

static void write_npy(const char *path, const char *shape, char **values)
{
    put_values("f32", shape_count(shape), values);
    FILE *file = open_file(path);
    char header[128];
    int length = snprintf(header, sizeof header, "{'descr': '<f4', 'fortran_order': False, 'shape': (%s,), }", shape);
    while ((10 + length + 1) % 64)
        header[length++] = ' ';
    fprintf(file, "\x93NUMPY%c%c%c%c%.*s\n", 1, 0, length + 1, 0, length, header);
    fwrite(body, 1, body_count, file);
    fclose(file);
}

int main(int argc, char **argv)
{
    if (argc > 5 && !strcmp(argv[1], "safetensors"))
        write_safetensors(argv[2], argc - 3, argv + 3);
    else if (argc > 4 && !strcmp(argv[1], "idx"))
        write_idx(argv[2], argv[3], argv + 4);
    else if (argc > 4 && !strcmp(argv[1], "npy"))
        write_npy(argv[2], argv[3], argv + 4);
    else
        return 2;
    return 0;
}

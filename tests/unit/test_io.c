/* File formats: what is written is read back bit for bit; every kind of damage is refused with a message, never a crash. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/io.h"
#include "io/isolate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

typedef struct { Arena *arena; char folder[64]; const char *error; } Context;

static int begin(void **state)
{
    Context *context = calloc(1, sizeof *context);
    context->arena = arena_new();
    context->error = NULL;
    strcpy(context->folder, "/tmp/bnnc-test-XXXXXX");
    *state = context;
    return mkdtemp(context->folder) ? 0 : -1;
}

static int end(void **state)
{
    Context *context = *state;
    const char *command = arena_printf(context->arena, "rm -rf '%s'", context->folder);
    int status = system(command);
    arena_free(context->arena);
    free(context);
    return status;
}

static const char *path_of(Context *context, const char *name)
{
    return arena_printf(context->arena, "%s/%s", context->folder, name);
}

static void put_file(const char *path, const void *bytes, size_t count)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, count, out), count);
    assert_int_equal(fclose(out), 0);
}

/* ---- safetensors */

static void test_round_trip(void **state)
{
    Context *context = *state;
    const float values[6] = { 0.0f, -0.0f, 1.5f, INFINITY, 0x1p-149f, -0x1.fffffep127f };
    const float scalar = 7.0f;
    TensorFile file = { 0 }, *back;
    NamedTensor kernel = { .name = "dense/kernel", .rank = 2, .dim = { 2, 3 }, .data = values, .count = 6 };
    NamedTensor step = { .name = "odd \"name\"\\/\xc3\xa9", .rank = 0, .data = &scalar, .count = 1 };
    NamedTensor empty = { .name = "none", .rank = 1, .dim = { 0 }, .data = values, .count = 0 };
    VEC_PUSH(context->arena, &file.tensors, kernel);
    VEC_PUSH(context->arena, &file.tensors, empty);
    VEC_PUSH(context->arena, &file.tensors, step);
    VEC_PUSH(context->arena, &file.metadata_keys, "epoch");
    VEC_PUSH(context->arena, &file.metadata_values, "12");
    const char *path = path_of(context, "w.safetensors");
    assert_true(safetensors_write(context->arena, path, &file, &context->error));
    back = tensor_file_read(context->arena, path, &context->error);
    assert_non_null(back);
    assert_int_equal(back->tensors.count, 3);
    const NamedTensor *found = tensor_file_find(back, "dense/kernel");
    assert_non_null(found);
    assert_int_equal(found->rank, 2);
    assert_int_equal(found->dim[0], 2);
    assert_int_equal(found->dim[1], 3);
    assert_memory_equal(found->data, values, sizeof values);
    assert_non_null(tensor_file_find(back, step.name));
    assert_true(tensor_file_find(back, step.name)->data[0] == 7.0f);
    assert_string_equal(tensor_file_metadata(back, "epoch"), "12");
    assert_null(tensor_file_metadata(back, "seed"));
    assert_null(tensor_file_find(back, "dense/bias"));
}

/* What a file is, its bytes say; its name counts where they say nothing. */
static void test_weight_formats(void **state)
{
    Context *context = *state;
    assert_null(tensor_file_parse(context->arena, "m.h5", "PK\3\4....", 8, &context->error));
    assert_non_null(strstr(context->error, "zip archive"));
    assert_null(tensor_file_parse(context->arena, "m.h5", "no weights", 10, &context->error));
    assert_non_null(strstr(context->error, "HDF5"));
    assert_null(tensor_file_parse(context->arena, "m.weights", "no weights", 10, &context->error));
    assert_null(strstr(context->error, "HDF5"));
}

/* A file from a header text and so many data bytes 0, 1, 2, ... */
static TensorFile *parse(Context *context, const char *header, uint64_t claimed, size_t data)
{
    size_t length = strlen(header);
    unsigned char *bytes = malloc(8 + length + data + 1);
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(claimed >> (8 * i));
    memcpy(bytes + 8, header, length);
    for (size_t i = 0; i < data; i++)
        bytes[8 + length + i] = (unsigned char)i;
    context->error = NULL;
    TensorFile *file = safetensors_parse(context->arena, "x", bytes, 8 + length + data, &context->error);
    free(bytes);
    if (!file)
        assert_non_null(context->error);
    return file;
}

static void refuse(Context *context, const char *header, size_t data, const char *message)
{
    assert_null(parse(context, header, strlen(header), data));
    if (!strstr(context->error, message))
        fail_msg("'%s' says '%s', not '%s'", header, context->error, message);
}

static void test_element_types(void **state)
{
    Context *context = *state;
    static const struct { const char *dtype; unsigned char bytes[8]; int count; float value; } cases[] = {
        { "F16", { 0x00, 0x3c }, 2, 1.0f }, { "F16", { 0x01, 0x80 }, 2, -0x1p-24f }, { "F16", { 0xff, 0x7b }, 2, 65504.0f },
        { "F16", { 0x00, 0xfc }, 2, -INFINITY }, { "BF16", { 0xc0, 0x3f }, 2, 1.5f }, { "F64", { 0, 0, 0, 0, 0, 0, 0xf8, 0xbf }, 8, -1.5f },
        { "I8", { 0xff }, 1, -1.0f }, { "U8", { 0xff }, 1, 255.0f }, { "I16", { 0x00, 0x80 }, 2, -32768.0f }, { "I32", { 0xfe, 0xff, 0xff, 0xff }, 4, -2.0f },
        { "I64", { 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 8, -3.0f }, { "BOOL", { 1 }, 1, 1.0f },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char file[256] = { 0 };
        int length = snprintf((char *)file + 8, 200, "{\"a\":{\"dtype\":\"%s\",\"shape\":[1],\"data_offsets\":[0,%d]}}", cases[i].dtype, cases[i].count);
        file[0] = (unsigned char)length;
        memcpy(file + 8 + length, cases[i].bytes, (size_t)cases[i].count);
        TensorFile *read = safetensors_parse(context->arena, "x", file, (size_t)(8 + length + cases[i].count), &context->error);
        assert_non_null(read);
        if (read->tensors.at[0].data[0] != cases[i].value)
            fail_msg("%s: case %zu gives %g", cases[i].dtype, i, (double)read->tensors.at[0].data[0]);
    }
}

static void test_damaged_headers(void **state)
{
    Context *context = *state;
    const char *good = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    assert_non_null(parse(context, good, strlen(good), 8));
    assert_null(safetensors_parse(context->arena, "x", "abc", 3, &context->error));
    assert_null(parse(context, good, strlen(good) - 1, 8));
    assert_null(parse(context, good, strlen(good) + 9, 8));
    assert_null(parse(context, good, UINT64_MAX, 8));
    assert_null(parse(context, good, UINT64_MAX - 7, 8));
    assert_null(parse(context, good, (uint64_t)1 << 62, 8));
    refuse(context, "", 0, "not JSON");
    refuse(context, "[]", 0, "not JSON");
    refuse(context, "{\"a\":3}", 0, "not an object");
    refuse(context, "{\"__metadata__\":[]}", 0, "not an object");
    refuse(context, "{\"__metadata__\":{\"a\":1}}", 0, "no string");
    refuse(context, good, 4, "outside");
    refuse(context, good, 12, "behind the last");
    refuse(context, "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "no \"dtype\"");
    refuse(context, "{\"a\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "unknown dtype");
    refuse(context, "{\"a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "do not agree");
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8, "shape");
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8, "no size");
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"shape\":[0.5],\"data_offsets\":[0,8]}}", 8, "no size");
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"shape\":[1e300],\"data_offsets\":[0,8]}}", 8, "no size");
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,8]}}", 8, "overflows");
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}", 4, "at most 8");
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "outside");
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", 8, "pair");
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}", 8, "pair");
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12, "gap");
}

static void test_overlap(void **state)
{
    Context *context = *state;
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12,
           "overlaps");
    refuse(context, "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8,
           "twice");
    /* order in the header is free */
    const char *swapped =
        "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    assert_non_null(parse(context, swapped, strlen(swapped), 8));
}

/* Every prefix and every single-byte change of a good file: refused or read, never a crash (run under ASan). */
static void test_mutations(void **state)
{
    Context *context = *state;
    const char *header = "{\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
    size_t length = strlen(header), total = 8 + length + 8;
    unsigned char *good = calloc(1, total);
    good[0] = (unsigned char)length;
    memcpy(good + 8, header, length);
    for (size_t cut = 0; cut < total; cut++) {
        unsigned char *copy = malloc(cut ? cut : 1);
        memcpy(copy, good, cut);
        assert_null(safetensors_parse(context->arena, "x", copy, cut, &context->error));
        free(copy);
    }
    int readable = 0;
    for (size_t at = 0; at < total; at++)
        for (int bit = 0; bit < 8; bit++) {
            unsigned char *copy = malloc(total);
            memcpy(copy, good, total);
            copy[at] ^= (unsigned char)(1 << bit);
            readable += safetensors_parse(context->arena, "x", copy, total, &context->error) != NULL;
            free(copy);
        }
    assert_in_range(readable, 64, total * 8 - 64); /* the data's own bits at least */
    free(good);
}

/* ---- IDX */

static const unsigned char idx_bytes[] = { 0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 11, 12, 13, 14, 15 };

static void put_gzip(const char *path, const void *bytes, unsigned count)
{
    gzFile out = gzopen(path, "wb");
    assert_int_equal(gzwrite(out, bytes, count), (int)count);
    assert_int_equal(gzclose(out), Z_OK);
}

static void check_idx(Context *context, const char *path)
{
    IdxFile *idx = idx_read(context->arena, path, &context->error);
    assert_non_null(idx);
    assert_int_equal(idx->rank, 2);
    assert_int_equal(idx->dim[0], 2);
    assert_int_equal(idx->dim[1], 3);
    assert_memory_equal(idx->data, idx_bytes + 12, 6);
}

static void test_idx(void **state)
{
    Context *context = *state;
    const char *plain = path_of(context, "plain"), *packed = path_of(context, "packed.gz");
    put_file(plain, idx_bytes, sizeof idx_bytes);
    put_gzip(packed, idx_bytes, sizeof idx_bytes);
    check_idx(context, plain);
    check_idx(context, packed);
    assert_null(idx_read(context->arena, path_of(context, "absent"), &context->error));
}

static void refuse_idx(Context *context, const void *bytes, size_t count, const char *message)
{
    const char *path = path_of(context, "bad");
    put_file(path, bytes, count);
    assert_null(idx_read(context->arena, path, &context->error));
    if (!strstr(context->error, message))
        fail_msg("says '%s', not '%s'", context->error, message);
}

static void test_idx_damaged(void **state)
{
    Context *context = *state;
    unsigned char copy[sizeof idx_bytes + 1];
    for (size_t cut = 0; cut < sizeof idx_bytes; cut++)
        refuse_idx(context, idx_bytes, cut, cut < 4 ? "not an IDX" : cut < 12 ? "ends inside" : "ends too early");
    memcpy(copy, idx_bytes, sizeof idx_bytes);
    copy[sizeof idx_bytes] = 0;
    refuse_idx(context, copy, sizeof copy, "behind the last");
    copy[0] = 1;
    refuse_idx(context, copy, sizeof idx_bytes, "not an IDX");
    copy[0] = 0, copy[2] = 13;
    refuse_idx(context, copy, sizeof idx_bytes, "unsigned bytes");
    copy[2] = 8, copy[3] = 5;
    refuse_idx(context, copy, sizeof idx_bytes, "rank");
    copy[3] = 2, copy[4] = 0x7f;
    refuse_idx(context, copy, sizeof idx_bytes, "promises more");
    copy[4] = 0xff, copy[8] = 0xff;
    refuse_idx(context, copy, sizeof idx_bytes, "promises more");
}

static void test_gzip_damaged(void **state)
{
    Context *context = *state;
    const char *path = path_of(context, "x.gz");
    size_t count;
    put_gzip(path, idx_bytes, sizeof idx_bytes);
    const char *good = file_read(context->arena, path, &count, &context->error);
    char *bytes = arena_alloc(context->arena, count);
    memcpy(bytes, good, count);
    for (size_t cut = 2; cut < count; cut++) {
        put_file(path, bytes, cut);
        assert_null(idx_read(context->arena, path, &context->error));
    }
    bytes[count - 8] ^= 1; /* the check sum */
    put_file(path, bytes, count);
    assert_null(idx_read(context->arena, path, &context->error));
    assert_non_null(strstr(context->error, "damaged"));
}

static void test_data_folder(void **state)
{
    Context *context = *state;
    static const unsigned char images[] = { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4 };
    static const unsigned char labels[] = { 0, 0, 8, 1, 0, 0, 0, 2, 0, 6 }, one_label[] = { 0, 0, 8, 1, 0, 0, 0, 1, 0 };
    DataSet train, test;
    bool one;
    assert_false(data_load(context->arena, context->folder, &train, &test, &one, &context->error));
    assert_non_null(strstr(context->error, "train-images-idx3-ubyte"));
    put_file(path_of(context, "train-images-idx3-ubyte"), images, sizeof images);
    put_gzip(path_of(context, "train-labels-idx1-ubyte.gz"), labels, sizeof labels);
    put_file(path_of(context, "t10k-images-idx3-ubyte"), images, sizeof images);
    put_file(path_of(context, "t10k-labels-idx1-ubyte"), one_label, sizeof one_label);
    assert_true(data_load(context->arena, context->folder, &train, NULL, &one, &context->error));
    assert_int_equal(train.count, 2);
    const Array *x = data_column(&train, "x"), *y = data_column(&train, "y");
    assert_int_equal(x->rank, 3);
    assert_int_equal(x->dim[2], 2);
    assert_int_equal(x->bytes[3], 4);
    assert_int_equal(y->bytes[1], 6);
    assert_null(data_column(&train, "z"));
    assert_false(data_load(context->arena, context->folder, &train, &test, &one, &context->error));
    assert_non_null(strstr(context->error, "do not belong together"));
    assert_false(data_load(context->arena, "no-such-set", &train, &test, &one, &context->error));
}

/* ---- images */

static void test_images(void **state)
{
    Context *context = *state;
    const char *path = path_of(context, "image");
    put_file(path, "P5 # comment\n3 2\n255\nabcdef", 27);
    Array *image = image_read(context->arena, path, &context->error);
    assert_non_null(image);
    assert_int_equal(image->count, 6);
    assert_int_equal(image->dim[0], 2);
    assert_memory_equal(image->bytes, "abcdef", 6);
    put_file(path, "P5 3 3\n255\nabcdef", 17);
    assert_null(image_read(context->arena, path, &context->error));
    put_file(path, "P6 65536 65536\n255\nabcdef", 25);
    assert_null(image_read(context->arena, path, &context->error));
    unsigned char npy[128] = "\x93NUMPY\x01\x00\x40\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }      ";
    const float values[2] = { 1.5f, -2.0f };
    memcpy(npy + 10 + 64, values, 8);
    put_file(path, npy, 10 + 64 + 8);
    image = image_read(context->arena, path, &context->error);
    assert_non_null(image);
    assert_null(image->bytes);
    assert_memory_equal(image->reals, values, 8);
    put_file(path, npy, 10 + 64 + 7);
    assert_null(image_read(context->arena, path, &context->error));
    put_file(path, npy, 11);
    assert_null(image_read(context->arena, path, &context->error));
    put_file(path, "\x01\x02\x03", 3);
    image = image_read(context->arena, path, &context->error);
    assert_int_equal(image->count, 3);
}

/* ---- arrays */

/* A .npy of version 1 with a header of 64 bytes. */
static size_t make_npy(unsigned char *out, const char *type, const char *shape, const void *elements, size_t bytes)
{
    memset(out, ' ', 128);
    memcpy(out, "\x93NUMPY\x01\x00\x76\x00", 10);
    int length = sprintf((char *)out + 10, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type, shape);
    out[10 + length] = ' ';
    out[127] = '\n';
    memcpy(out + 128, elements, bytes);
    return 128 + bytes;
}

static void put_npy(const char *path, const char *type, const char *shape, const void *elements, size_t bytes)
{
    unsigned char out[512];
    put_file(path, out, make_npy(out, type, shape, elements, bytes));
}

static void test_npy_types(void **state)
{
    Context *context = *state;
    unsigned char file[512];
    static const unsigned char halves[] = { 0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c, 0xff, 0x7b }; /* 1, -2, the least, inf, the largest */
    const int64_t longs[2] = { -5, 1ll << 31 };
    const int8_t signs[3] = { -1, 0, 1 };
    const char *path = "a.npy";
    size_t size = make_npy(file, "<f2", "(5,)", halves, sizeof halves);
    Array *array = npy_parse(context->arena, path, file, size, &context->error);
    const float want[] = { 1, -2, 0x1p-24f, INFINITY, 65504 };
    assert_memory_equal(array->reals, want, sizeof want);
    size = make_npy(file, "|i1", "(3, 1)", signs, sizeof signs);
    array = npy_parse(context->arena, path, file, size, &context->error);
    assert_int_equal(array->whole[0], -1);
    assert_int_equal(array->rank, 2);
    size = make_npy(file, "<i8", "(1,)", longs, sizeof longs);
    assert_int_equal(npy_parse(context->arena, path, file, size, &context->error)->whole[0], -5);
    size = make_npy(file, "<i8", "(2,)", longs, sizeof longs);
    assert_null(npy_parse(context->arena, path, file, size, &context->error));
    assert_non_null(strstr(context->error, "beyond 32 bits"));
    assert_null(npy_parse(context->arena, path, file, size - 1, &context->error));
    size = make_npy(file, ">f4", "(2,)", longs, sizeof longs);
    assert_null(npy_parse(context->arena, path, file, size, &context->error));
}

/* NAME_train and NAME_test are halves; without endings there is one half for both. */
static void test_array_folder(void **state)
{
    Context *context = *state;
    const unsigned char bytes[6] = { 1, 2, 3, 4, 5, 6 };
    DataSet train, test;
    bool one;
    put_npy(path_of(context, "board.npy"), "|u1", "(3, 2)", bytes, 6);
    put_npy(path_of(context, "policy.npy"), "|u1", "(3,)", bytes, 3);
    assert_true(data_load(context->arena, context->folder, &train, &test, &one, &context->error));
    assert_true(one && train.count == 3 && test.count == 3);
    assert_int_equal(data_column(&test, "policy")->bytes[2], 3);
    put_npy(path_of(context, "policy.npy"), "|u1", "(2,)", bytes, 2);
    assert_false(data_load(context->arena, context->folder, &train, &test, &one, &context->error));
    assert_non_null(strstr(context->error, "policy has 2 samples, board has 3"));
    put_npy(path_of(context, "x_train.npy"), "|u1", "(3, 2)", bytes, 6);
    assert_false(data_load(context->arena, context->folder, &train, &test, &one, &context->error));
    assert_non_null(strstr(context->error, "no array is called NAME_test"));
    put_npy(path_of(context, "x_test.npy"), "|u1", "(1, 2)", bytes, 2);
    assert_true(data_load(context->arena, context->folder, &train, &test, &one, &context->error));
    assert_true(!one && train.count == 3 && test.count == 1);
    assert_null(data_column(&train, "board"));
}

/* An .npz of one array, stored or deflated, put together by hand. */
static size_t make_npz(unsigned char *out, const char *name, const unsigned char *bytes, size_t size, bool deflated)
{
    unsigned char packed[512];
    size_t length = strlen(name), packed_size = size;
    z_stream stream = { .next_in = (unsigned char *)bytes, .avail_in = (uInt)size, .next_out = packed, .avail_out = sizeof packed };
    if (deflated) {
        deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
        deflate(&stream, Z_FINISH);
        packed_size = stream.total_out;
        deflateEnd(&stream);
    }
    const unsigned char *body = deflated ? packed : bytes;
    uint32_t crc = (uint32_t)crc32(0, bytes, (uInt)size), fields[] = { crc, (uint32_t)packed_size, (uint32_t)size };
    unsigned char *at = out;
    memset(out, 0, 30 + 46 + 22);
    memcpy(at, "PK\3\4", 4);
    at[8] = deflated ? 8 : 0;
    memcpy(at + 14, fields, 12);
    at[26] = (unsigned char)length;
    memcpy(at + 30, name, length);
    memcpy(at + 30 + length, body, packed_size);
    at += 30 + length + packed_size;
    uint32_t start = (uint32_t)(at - out);
    memset(at, 0, 46 + length + 22);
    memcpy(at, "PK\1\2", 4);
    at[10] = deflated ? 8 : 0;
    memcpy(at + 16, fields, 12);
    at[28] = (unsigned char)length;
    memcpy(at + 46, name, length);
    at += 46 + length;
    memcpy(at, "PK\5\6", 4);
    at[10] = 1;
    memcpy(at + 16, &start, 4);
    return (size_t)(at + 22 - out);
}

static void test_npz(void **state)
{
    Context *context = *state;
    const unsigned char bytes[6] = { 1, 2, 3, 4, 5, 6 };
    unsigned char npy[512], file[1024];
    const char *path = path_of(context, "set.npz");
    DataSet set;
    size_t size = make_npy(npy, "|u1", "(3, 2)", bytes, 6);
    for (int deflated = 0; deflated < 2; deflated++) {
        size_t count = make_npz(file, "x_train.npy", npy, size, deflated);
        put_file(path, file, count);
        assert_true(npz_read(context->arena, path, &set, &context->error));
        assert_string_equal(set.columns.at[0].name, "x_train");
        assert_memory_equal(set.columns.at[0].array->bytes, bytes, 6);
        for (size_t cut = 1; cut < count; cut++) {
            put_file(path, file, cut);
            assert_false(npz_read(context->arena, path, &set, &context->error));
        }
    }
    size_t count = make_npz(file, "x.npy", npy, size, true);
    file[14] ^= 1; /* the check sum in the entry's own header is not the one that counts ... */
    put_file(path, file, count);
    assert_true(npz_read(context->arena, path, &set, &context->error));
    file[count - 22 - 46 - 5 + 16] ^= 1; /* ... the directory's is */
    put_file(path, file, count);
    assert_false(npz_read(context->arena, path, &set, &context->error));
    assert_non_null(strstr(context->error, "check sum"));
}

static void test_cifar(void **state)
{
    Context *context = *state;
    static unsigned char records[2][3073];
    DataSet test;
    bool one;
    records[0][0] = 3;
    records[1][0] = 9;
    for (int i = 0; i < 3072; i++)
        records[1][1 + i] = (unsigned char)(i / 1024 * 50 + i % 7);
    put_file(path_of(context, "test_batch.bin"), records, sizeof records);
    assert_true(data_load(context->arena, context->folder, NULL, &test, &one, &context->error));
    const Array *x = data_column(&test, "x"), *y = data_column(&test, "y");
    assert_true(x->rank == 4 && x->dim[0] == 2 && x->dim[1] == 32 && x->dim[3] == 3);
    assert_int_equal(y->bytes[1], 9);
    for (int channel = 0; channel < 3; channel++) /* pixel 10 of the second image */
        assert_int_equal(x->bytes[3072 + 30 + channel], records[1][1 + channel * 1024 + 10]);
    put_file(path_of(context, "test_batch.bin"), records, sizeof records - 1);
    assert_false(data_load(context->arena, context->folder, NULL, &test, &one, &context->error));
}

/* ---- whole files */

static int count_files(Context *context)
{
    FILE *list = popen(arena_printf(context->arena, "ls -A '%s' | wc -l", context->folder), "r");
    int count = -1;
    assert_int_equal(fscanf(list, "%d", &count), 1);
    pclose(list);
    return count;
}

static void test_write(void **state)
{
    Context *context = *state;
    const char *path = path_of(context, "out"), *link = path_of(context, "link");
    struct stat status;
    size_t count;
    put_file(path, "old", 3);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(symlink("out", link), 0);
    assert_true(file_write(context->arena, link, "new text", 8, &context->error));
    assert_string_equal(file_read(context->arena, path, &count, &context->error), "new text");
    assert_int_equal(lstat(link, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_true(file_write(context->arena, "/dev/null", "x", 1, &context->error));
    assert_int_equal(stat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
    assert_false(file_write(context->arena, context->folder, "x", 1, &context->error));
    assert_true(file_writable(context->arena, path, &context->error));
    assert_string_equal(file_read(context->arena, path, &count, &context->error), "new text");
    assert_false(file_writable(context->arena, path_of(context, "missing/out"), &context->error));
    assert_true(file_writable(context->arena, path_of(context, "fresh"), &context->error));
    assert_int_equal(count_files(context), 2);
}

/* The second file cannot be written: the first one stays as it was, and no temporary is left. */
static void test_write_all_or_none(void **state)
{
    Context *context = *state;
    const char *path = path_of(context, "model.c");
    size_t count;
    put_file(path, "old", 3);
    FileBytes files[2] = { { .path = path, .bytes = "new", .count = 3 }, { .path = path_of(context, "missing/model.h"), .bytes = "new", .count = 3 } };
    assert_false(file_write_all(context->arena, 2, files, &context->error));
    assert_string_equal(file_read(context->arena, path, &count, &context->error), "old");
    assert_int_equal(count_files(context), 1);
    files[1].path = path_of(context, "model.h");
    assert_true(file_write_all(context->arena, 2, files, &context->error));
    assert_string_equal(file_read(context->arena, path, &count, &context->error), "new");
    assert_int_equal(count_files(context), 2);
}

static void print_thrice(const void *what, TextPut *put, void *to)
{
    for (int i = 0; i < 3; i++)
        put(to, what, strlen(what));
}

/* A file that is printed in pieces; where there is no room for them, none is replaced. */
static void test_write_pieces(void **state)
{
    Context *context = *state;
    const char *path = path_of(context, "model.c");
    size_t count;
    FileBytes files[2] = { { .path = path, .bytes = "head ", .count = 5, .print = print_thrice, .what = "ab" }, { .path = "/dev/full", .print = print_thrice, .what = "ab" } };
    assert_true(file_write_all(context->arena, 1, files, &context->error));
    assert_string_equal(file_read(context->arena, path, &count, &context->error), "head ababab");
    files[0].what = "cd";
    if (access("/dev/full", W_OK) != 0)
        return;
    assert_false(file_write_all(context->arena, 2, files, &context->error));
    assert_string_equal(file_read(context->arena, path, &count, &context->error), "head ababab");
    assert_int_equal(count_files(context), 1);
}

/* ---- SHA-256: the vectors of FIPS 180-4 and the lengths around a block's end */

static void test_sha256(void **state)
{
    Context *context = *state;
    static const struct { const char *text, *hash; } vectors[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        assert_string_equal(sha256_hex(context->arena, vectors[i].text, strlen(vectors[i].text)), vectors[i].hash);
    char *many = malloc(1000000);
    memset(many, 'a', 1000000);
    assert_string_equal(sha256_hex(context->arena, many, 1000000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    assert_string_equal(sha256_hex(context->arena, many, 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    assert_string_equal(sha256_hex(context->arena, many, 56), "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
    assert_string_equal(sha256_hex(context->arena, many, 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    free(many);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
/* ---- readers in a process of their own */

static const char *read_much(Arena *arena, const void *context, size_t *count, const char **error)
{
    (void)error;
    *count = *(const size_t *)context;
    char *bytes = arena_alloc(arena, *count + 1);
    memset(bytes, 'x', *count);
    return bytes;
}

static const char *read_nothing(Arena *arena, const void *context, size_t *count, const char **error)
{
    (void)context;
    *count = 5;
    *error = arena_strdup(arena, "no such tensor");
    return NULL;
}

static const char *read_nowhere(Arena *arena, const void *context, size_t *count, const char **error)
{
    (void)arena, (void)count, (void)error;
    return strchr(context, *(volatile char *)NULL);
}

static void test_isolated_readers(void **state)
{
    Context *context = *state;
    size_t big = 3000000, none = 0, count = 0;
    const char *bytes = isolate(context->arena, read_much, &big, &count, &context->error);
    assert_non_null(bytes);
    assert_int_equal(count, big);
    assert_true(bytes[0] == 'x' && bytes[big - 1] == 'x' && bytes[big] == 0);
    assert_non_null(isolate(context->arena, read_much, &none, &count, &context->error));
    assert_int_equal(count, 0);
    assert_null(isolate(context->arena, read_nothing, NULL, &count, &context->error));
    assert_string_equal(context->error, "no such tensor");
    assert_null(isolate(context->arena, read_nowhere, "text", &count, &context->error));
    assert_null(context->error);
}

const struct CMUnitTest io_tests[] = {
    TEST(test_round_trip), TEST(test_weight_formats), TEST(test_element_types), TEST(test_damaged_headers), TEST(test_overlap), TEST(test_mutations),
    TEST(test_idx), TEST(test_idx_damaged), TEST(test_gzip_damaged), TEST(test_data_folder), TEST(test_images),
    TEST(test_npy_types), TEST(test_array_folder), TEST(test_npz), TEST(test_cifar), TEST(test_write), TEST(test_write_all_or_none), TEST(test_write_pieces),
    TEST(test_sha256), TEST(test_isolated_readers),
};
const int io_test_count = sizeof io_tests / sizeof *io_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("io", io_tests, (size_t)io_test_count, NULL, NULL) != 0;
}
#endif

/* File formats, one file each, knowing base alone. Errors come back as text (with the path and, where it makes sense, the offset).
 * Files are written to NAME.tmp-PID beside the target and renamed (regular files only). */
#ifndef IO_IO_H
#define IO_IO_H

#include "base/text.h"

#include <nettle/sha2.h>
#include <stdint.h>

/* Tensors by name as float32 (f16, bf16, f64, ints are converted), plus string metadata. */
typedef struct { const char *name; int rank; int dim[8]; const float *data; size_t count; } NamedTensor;
typedef struct {
    VEC(NamedTensor) tensors;
    VEC(const char *) metadata_keys;
    VEC(const char *) metadata_values;
    bool in_layer_order; /* the tensors stand in the order of the model's layers, and none of them is an optimizer's */
} TensorFile;
/* A weight file of any format, told by its content: safetensors, or Keras' HDF5. */
TensorFile *tensor_file_read(Arena *arena, const char *path, const char **error);
TensorFile *tensor_file_parse(Arena *arena, const char *path, const void *bytes, size_t count, const char **error);
const NamedTensor *tensor_file_find(const TensorFile *file, const char *name);
const char *tensor_file_metadata(const TensorFile *file, const char *key); /* NULL: no such key */

bool safetensors_write(Arena *arena, const char *path, const TensorFile *file, const char **error);
const char *safetensors_bytes(Arena *arena, const TensorFile *file, size_t *count);
/* From memory, which must live as long as the tensors: their data may lie there. path is for messages. */
TensorFile *safetensors_parse(Arena *arena, const char *path, const void *bytes, size_t count, const char **error);
TensorFile *hdf5_parse(Arena *arena, const char *path, const void *bytes, size_t count, const char **error);

/* IDX images and labels, gzipped or not (zlib). */
typedef struct { int rank; int dim[4]; uint8_t *data; size_t count; } IdxFile;
IdxFile *idx_read(Arena *arena, const char *path, const char **error);

/* An array: row-major, one of the three pointers. Whole numbers other than unsigned bytes come as int32, other reals as float32. */
typedef struct { int rank; int dim[8]; size_t count; const uint8_t *bytes; const int32_t *whole; const float *reals; } Array;
/* NumPy's .npy (C order, little-endian; bool, integers, float16 to float64); path is for messages. */
Array *npy_parse(Arena *arena, const char *path, const void *bytes, size_t count, const char **error);
/* A data set: named arrays whose first axis is the sample, count of them. A set of images has "x" and "y". */
typedef struct { const char *name; const Array *array; } Column;
typedef struct { int count; VEC(Column) columns; } DataSet;
const Array *data_column(const DataSet *set, const char *name); /* NULL: none */
/* Every array of an .npz, plain or compressed, by name without ".npy". */
bool npz_read(Arena *arena, const char *path, DataSet *out, const char **error);
/* name: "fashion-mnist" (Debian's dataset-fashion-mnist), or a path: a folder with MNIST's four IDX files, CIFAR's binary files or .npy files, or
 * an .npz. Arrays NAME_train and NAME_test are NAME of that half; without an ending they are in both, and then *one says that test is
 * train. train or test may be NULL: not wanted. */
bool data_load(Arena *arena, const char *name, DataSet *train, DataSet *test, bool *one, const char **error);
/* The formats that data_load knows, one file each. found: false when the folder holds no such files. */
typedef struct { const char *path; bool want_train, want_test; DataSet train, test; bool one; } DataRequest;
bool data_cifar(Arena *arena, DataRequest *request, bool *found, const char **error);
bool data_arrays(Arena *arena, DataRequest *request, bool *found, const char **error);

/* Images from .npy, PGM, PPM or raw bytes. */
Array *image_read(Arena *arena, const char *path, const char **error);

/* A whole file; zero-terminated behind its count. NULL and *error on failure. */
const char *file_read(Arena *arena, const char *path, size_t *count, const char **error);
/* Several files, all or none: every temporary is written before the first is renamed. print: gives what comes behind the bytes, in pieces. */
typedef struct {
    const char *path;
    const void *bytes;
    size_t count;
    void (*print)(const void *what, TextPut *put, void *to);
    const void *what;
} FileBytes;
bool file_write_all(Arena *arena, int count, const FileBytes *files, const char **error);
/* Whether file_write would work: asked before hours are spent on what it is to hold. */
bool file_writable(Arena *arena, const char *path, const char **error);
/* Text or bytes to a file, all or nothing. */
bool file_write(Arena *arena, const char *path, const void *bytes, size_t count, const char **error);
/* The folders above a file, as far as they are missing. */
bool file_make_folders(Arena *arena, const char *path, const char **error);
/* SHA-256 as 64 hex digits, of bytes in one piece or in several. */
typedef struct sha256_ctx Sha256;
Sha256 sha256_begin(void);
void sha256_add(Sha256 *hash, const void *bytes, size_t count);
const char *sha256_end(Arena *arena, Sha256 *hash);
const char *sha256_hex(Arena *arena, const void *bytes, size_t count);

#endif

/* Whole files in and out. What goes out is all or nothing: bytes go to NAME.tmp-PID beside the target, which is then renamed over it,
 * so a reader never sees half a file and a failure leaves the old one. Something that is not a regular file (a pipe, a terminal,
 * /dev/null) is written straight through; a symbolic link keeps pointing where it did. */
#include "io/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(Arena *arena, const char **error, const char *path, const char *what)
{
    *error = arena_printf(arena, "%s: %s: %s", path, what, strerror(errno));
    return false;
}

/* An open file; good: nothing has failed so far. */
typedef struct { int handle; bool good; } Writing;

static void put_bytes(void *to, const char *at, size_t count)
{
    Writing *writing = to;
    while (count > 0 && writing->good) {
        ssize_t written = write(writing->handle, at, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            writing->good = false;
            return;
        }
        at += written;
        count -= (size_t)written;
    }
}

static bool write_contents(int handle, const FileBytes *file)
{
    Writing writing = { handle, true };
    put_bytes(&writing, file->bytes, file->count);
    if (file->print)
        file->print(file->what, put_bytes, &writing);
    return writing.good;
}

/* One output on its way: where it will be, and the temporary that holds it; temporary NULL: nothing to rename. */
typedef struct { const char *target, *temporary; } Pending;

static bool write_through(Arena *arena, const char *path, const FileBytes *file, const char **error)
{
    int handle = open(path, O_WRONLY | O_CLOEXEC);
    if (handle < 0)
        return fail(arena, error, path, "cannot open");
    bool good = write_contents(handle, file);
    good = close(handle) == 0 && good;
    return good || fail(arena, error, path, "cannot write");
}

static bool write_temporary(Arena *arena, Pending *pending, const FileBytes *file, mode_t mode, const char **error)
{
    const char *temporary = arena_printf(arena, "%s.tmp-%ld", pending->target, (long)getpid());
    int handle = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (handle < 0)
        return fail(arena, error, file->path, "cannot create");
    pending->temporary = temporary;
    bool good = write_contents(handle, file) && (mode == 0 || fchmod(handle, mode) == 0) && fsync(handle) == 0;
    good = close(handle) == 0 && good;
    return good || fail(arena, error, file->path, "cannot write");
}

static bool prepare(Arena *arena, const FileBytes *file, Pending *pending, const char **error)
{
    struct stat status;
    char resolved[PATH_MAX];
    mode_t mode = 0;
    pending->target = file->path;
    if (stat(file->path, &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            errno = EISDIR;
            return fail(arena, error, file->path, "cannot write");
        }
        if (!S_ISREG(status.st_mode))
            return write_through(arena, file->path, file, error);
        if (access(file->path, W_OK) != 0)
            return fail(arena, error, file->path, "cannot write");
        mode = status.st_mode & 0777;
        if (realpath(file->path, resolved))
            pending->target = arena_strdup(arena, resolved);
    }
    return write_temporary(arena, pending, file, mode, error);
}

bool file_write_all(Arena *arena, int count, const FileBytes *files, const char **error)
{
    Pending *pending = ARENA_ARRAY(arena, Pending, count);
    bool good = true;
    int done = 0;
    for (int i = 0; i < count && good; i++)
        good = prepare(arena, &files[i], &pending[i], error);
    for (; done < count && good; done++)
        if (pending[done].temporary && rename(pending[done].temporary, pending[done].target) != 0)
            good = fail(arena, error, files[done].path, "cannot replace");
    for (int i = good ? count : 0; i < count; i++)
        if (pending[i].temporary)
            unlink(pending[i].temporary);
    return good;
}

bool file_write(Arena *arena, const char *path, const void *bytes, size_t count, const char **error)
{
    FileBytes file = { .path = path, .bytes = bytes, .count = count };
    return file_write_all(arena, 1, &file, error);
}

bool file_writable(Arena *arena, const char *path, const char **error)
{
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return access(path, W_OK) == 0 || fail(arena, error, path, "cannot write");
    Pending pending = { 0 };
    FileBytes nothing = { .path = path, .bytes = "" };
    bool good = prepare(arena, &nothing, &pending, error);
    if (pending.temporary)
        unlink(pending.temporary);
    return good;
}

/* Grows as it reads, so that pipes work and the size that the file system claims is only a first guess. */
static char *read_rest(Arena *arena, FILE *in, size_t capacity, size_t *count)
{
    char *bytes = arena_alloc(arena, capacity + 1);
    *count = 0;
    for (;;) {
        size_t got = fread(bytes + *count, 1, capacity - *count, in);
        *count += got;
        if (*count < capacity)
            return bytes;
        int next = getc(in);
        if (next == EOF)
            return bytes;
        char *grown = arena_alloc(arena, capacity * 2 + 1);
        memcpy(grown, bytes, *count);
        grown[(*count)++] = (char)next;
        bytes = grown;
        capacity *= 2;
    }
}

const char *file_read(Arena *arena, const char *path, size_t *count, const char **error)
{
    struct stat status;
    FILE *in = fopen(path, "rb");
    if (!in || fstat(fileno(in), &status) != 0 || S_ISDIR(status.st_mode)) {
        if (in)
            errno = EISDIR;
        fail(arena, error, path, "cannot read");
        if (in)
            fclose(in);
        return NULL;
    }
    char *bytes = read_rest(arena, in, status.st_size > 0 ? (size_t)status.st_size : 4096, count);
    bool bad = ferror(in) != 0;
    fclose(in);
    if (bad)
        fail(arena, error, path, "cannot read");
    return bad ? NULL : bytes;
}

bool file_make_folders(Arena *arena, const char *path, const char **error)
{
    char *folder = arena_strdup(arena, path);
    for (char *at = folder + 1; *folder && *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST)
            return fail(arena, error, folder, "cannot make the folder");
        *at = '/';
    }
    return true;
}

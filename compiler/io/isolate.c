/* A reader from a library that may crash on a damaged file runs in a process of its own: in comes a function, out come the bytes it
 * returned, or the message it failed with. Whatever happens to the child (a fault, an endless loop), this process goes on and knows. */
#include "io/isolate.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CPU_SECONDS = 120, GOOD = 'g', BAD = 'b' };

static void limit(int resource, rlim_t value)
{
    struct rlimit both = { value, value };
    setrlimit(resource, &both);
}

static bool send_all(int out, const char *bytes, size_t count)
{
    for (ssize_t done; count > 0; bytes += done, count -= (size_t)done) {
        done = write(out, bytes, count);
        if (done < 0 && errno != EINTR)
            return false;
        if (done < 0)
            done = 0;
    }
    return true;
}

/* What the library prints is of no use to anyone; its faults must end the process, whatever handlers a sanitizer put there. */
static _Noreturn void run_child(IsolatedReader *reader, const void *context, int out)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        signal(faults[i], SIG_DFL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, CPU_SECONDS);
    if (!freopen("/dev/null", "w", stderr))
        _exit(1);
    Arena *arena = arena_new();
    size_t count = 0;
    const char *error = NULL, *bytes = reader(arena, context, &count, &error);
    char mark = bytes ? GOOD : BAD;
    bool sent = send_all(out, &mark, 1) && send_all(out, bytes ? bytes : error, bytes ? count : strlen(error));
    _exit(sent ? 0 : 1);
}

static const char *receive(Arena *arena, int in, size_t *count)
{
    Text text = text_new(arena);
    char piece[65536];
    for (ssize_t got; (got = read(in, piece, sizeof piece)) != 0;) {
        if (got > 0)
            text_add_bytes(&text, piece, (size_t)got);
        else if (errno != EINTR)
            break;
    }
    *count = text.length;
    return text.at;
}

static bool ended_well(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

const char *isolate(Arena *arena, IsolatedReader *reader, const void *context, size_t *count, const char **error)
{
    int ends[2];
    if (pipe(ends) != 0)
        return *error = arena_printf(arena, "no pipe: %s", strerror(errno)), NULL;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        run_child(reader, context, ends[1]);
    }
    close(ends[1]);
    const char *bytes = child > 0 ? receive(arena, ends[0], count) : NULL;
    close(ends[0]);
    if (child < 0)
        return *error = arena_printf(arena, "no process: %s", strerror(errno)), NULL;
    if (!ended_well(child) || *count == 0)
        return *error = NULL;
    --*count;
    if (bytes[0] == GOOD)
        return bytes + 1;
    *error = bytes + 1;
    return NULL;
}

/* Generated C through libtcc, in this process: C text in, functions out; no file is opened.
 *
 * libtcc calls exit when memory may not be made executable, and a failed compile can leave pointers behind that crash the next one.
 * So executable memory is probed first, and each source is compiled in a forked child before it is compiled here: whatever happens
 * there, only its message comes back. The image lies in memory of our own, read+execute: writes to constant tables trap, and tools
 * such as valgrind see its accesses. */
#include "run/jit_parts.h"

#include <libtcc.h>

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct { char text[2048]; size_t length; } Messages;

static void collect(void *opaque, const char *message)
{
    Messages *messages = opaque;
    size_t room = sizeof messages->text - messages->length;
    int added = snprintf(messages->text + messages->length, room, "%s\n", message);
    messages->length += added > 0 && (size_t)added < room ? (size_t)added : 0;
}

/* What libtcc calls for conversions that the machine has no instruction for. */
static float unsigned_to_float(unsigned long long x) { return (float)x; }
static double unsigned_to_double(unsigned long long x) { return (double)x; }
static unsigned long long float_to_unsigned(float x) { return (unsigned long long)x; }
static unsigned long long double_to_unsigned(double x) { return (unsigned long long)x; }

typedef void (*Function)(void);
typedef struct { const char *name; Function function; } HostSymbol;

static void add_symbols(TCCState *tcc)
{
    const HostSymbol symbols[] = {
        { "memset", (Function)memset }, { "memmove", (Function)memmove }, { "memcpy", (Function)memcpy }, { "memcmp", (Function)memcmp },
        { "sqrtf", (Function)sqrtf }, { "sqrt", (Function)sqrt },
        { "__floatundisf", (Function)unsigned_to_float }, { "__floatundidf", (Function)unsigned_to_double },
        { "__fixunssfdi", (Function)float_to_unsigned }, { "__fixunsdfdi", (Function)double_to_unsigned },
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        tcc_add_symbol(tcc, symbols[i].name, (void *)(uintptr_t)symbols[i].function);
}

/* Options come before the output type, which fixes what they say. Returns the image size, or -1 with messages. */
static int compile(TCCState *tcc, const char *source, Messages *messages)
{
    tcc_set_error_func(tcc, messages, collect);
    tcc_set_options(tcc, "-nostdlib -nostdinc -std=c11 -Wall -Werror");
    tcc_set_output_type(tcc, TCC_OUTPUT_MEMORY);
    add_symbols(tcc);
    return tcc_compile_string(tcc, source) == 0 ? tcc_relocate(tcc, NULL) : -1;
}

static _Noreturn void child(const char *source, int pipe_end)
{
    Messages messages = { .length = 0 };
    TCCState *tcc = tcc_new();
    int size = tcc ? compile(tcc, source, &messages) : -1;
    ssize_t written = write(pipe_end, messages.text, messages.length);
    _exit(size >= 0 && written >= 0 ? 0 : 1);
}

static void read_messages(int pipe_end, Messages *messages)
{
    while (messages->length < sizeof messages->text - 1) {
        ssize_t got = read(pipe_end, messages->text + messages->length, sizeof messages->text - 1 - messages->length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        messages->length += (size_t)got;
    }
    messages->text[messages->length] = '\0';
}

/* Does this source compile? Tried in a child, so that no failure stays behind in this process. */
static bool rehearse(const char *source, Messages *messages)
{
    int ends[2], status = 0;
    if (pipe(ends) != 0)
        return snprintf(messages->text, sizeof messages->text, "pipe: %s", strerror(errno)), false;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child(source, ends[1]);
    }
    close(ends[1]);
    if (pid > 0)
        read_messages(ends[0], messages);
    close(ends[0]);
    if (pid < 0)
        return snprintf(messages->text, sizeof messages->text, "fork: %s", strerror(errno)), false;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(status))
        snprintf(messages->text, sizeof messages->text, "libtcc died of signal %d", WTERMSIG(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool jit_tcc_available(const char **why_not)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bool good = page != MAP_FAILED && mprotect(page, size, PROT_READ | PROT_WRITE | PROT_EXEC) == 0;
    if (page != MAP_FAILED)
        munmap(page, size);
    if (!good && why_not)
        *why_not = "this system does not let a process make memory executable; use the system compiler (--jit=cc)";
    return good;
}

static Jit *fail(Arena *arena, const char **error, const char *what)
{
    *error = arena_printf(arena, "libtcc: %s", *what ? what : "failed without a message");
    return NULL;
}

static bool place(Jit *jit, int size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    jit->code_bytes = ((size_t)size + page - 1) / page * page;
    if (jit->code_bytes == 0)
        jit->code_bytes = page;
    jit->code = mmap(NULL, jit->code_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (jit->code == MAP_FAILED) {
        jit->code = NULL;
        return false;
    }
    return tcc_relocate(jit->tcc, jit->code) >= 0 && mprotect(jit->code, jit->code_bytes, PROT_READ | PROT_EXEC) == 0;
}

Jit *jit_tcc_compile(Arena *arena, const char *stem, const char *c_text, const char *h_text, const char **error)
{
    Messages messages = { .length = 0 };
    const char *why_not = "";
    if (!jit_tcc_available(&why_not))
        return fail(arena, error, why_not);
    const char *source = jit_source_flatten(arena, stem, c_text, h_text);
    if (!rehearse(source, &messages))
        return fail(arena, error, messages.text);
    Jit *jit = ARENA_NEW(arena, Jit);
    messages.length = 0;
    jit->tcc = tcc_new();
    int size = jit->tcc ? compile(jit->tcc, source, &messages) : -1;
    if (size >= 0 && place(jit, size))
        return jit;
    jit_tcc_free(jit);
    return fail(arena, error, messages.text);
}

void *jit_tcc_symbol(Jit *jit, const char *name)
{
    return tcc_get_symbol(jit->tcc, name);
}

void jit_tcc_free(Jit *jit)
{
    if (jit->tcc)
        tcc_delete(jit->tcc);
    if (jit->code)
        munmap(jit->code, jit->code_bytes);
    jit->tcc = jit->code = NULL;
}

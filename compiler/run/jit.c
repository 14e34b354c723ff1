/* Generated C through the system's C compiler and dlopen: C text in, functions out. The files lie in a private folder that is gone
 * again before jit_compile returns. With JIT_AUTO, libtcc serves where there is no compiler. */
#include "run/jit_parts.h"

#include "base/text.h"
#include "io/io.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 64, MESSAGE_LINES = 12 };

typedef struct {
    Arena *arena;
    const char *folder, *source, *header, *object, *log; /* paths */
    const char **error;
} Build;

static const char *compiler_name(const JitOptions *options)
{
    const char *name = options ? options->compiler : NULL;
    if (!name)
        name = getenv("CC");
    return name && *name ? name : "cc";
}

/* Splits at blanks, appending to words; the compiler may be "ccache gcc". */
static int split(Arena *arena, const char *text, const char **words, int count)
{
    while (*(text += strspn(text, " \t")) && count < WORDS_MAX - 1) {
        size_t length = strcspn(text, " \t");
        words[count++] = arena_strndup(arena, text, length);
        text += length;
    }
    return count;
}

static bool program_exists(Arena *arena, const char *name)
{
    if (strchr(name, '/'))
        return access(name, X_OK) == 0;
    const char *path = getenv("PATH");
    for (path = path ? path : "/usr/bin:/bin"; *path; path += strspn(path, ":")) {
        size_t length = strcspn(path, ":");
        if (access(arena_printf(arena, "%.*s/%s", (int)length, path, name), X_OK) == 0)
            return true;
        path += length;
    }
    return false;
}

static bool have_compiler(const JitOptions *options)
{
    Arena *arena = arena_new();
    const char *words[WORDS_MAX];
    bool found = split(arena, compiler_name(options), words, 0) > 0 && program_exists(arena, words[0]);
    arena_free(arena);
    return found;
}

bool jit_available(JitKind kind, const char **why_not)
{
    if (kind != JIT_TCC && have_compiler(NULL))
        return true;
    if (kind != JIT_CC)
        return jit_tcc_available(why_not);
    if (why_not)
        *why_not = "no C compiler found: set CC, or install gcc";
    return false;
}

static Jit *fail(Build *build, const char *what, const char *detail)
{
    *build->error = arena_printf(build->arena, "%s: %s", what, detail);
    return NULL;
}

static bool make_folder(Build *build, const char *stem)
{
    const char *parent = getenv("TMPDIR");
    char *folder = arena_printf(build->arena, "%s/bnnc-XXXXXX", parent && *parent ? parent : "/tmp");
    if (!mkdtemp(folder))
        return fail(build, folder, strerror(errno)), false;
    build->folder = folder;
    build->source = arena_printf(build->arena, "%s/%s.c", folder, stem);
    build->header = arena_printf(build->arena, "%s/%s.h", folder, stem);
    build->object = arena_printf(build->arena, "%s/%s.so", folder, stem);
    build->log = arena_printf(build->arena, "%s/log", folder);
    return true;
}

static void remove_folder(const Build *build)
{
    unlink(build->source);
    unlink(build->header);
    unlink(build->object);
    unlink(build->log);
    rmdir(build->folder);
}

/* The compiler's first lines, without the private folder's name. */
static const char *read_log(Build *build)
{
    size_t count;
    const char *ignored, *text = file_read(build->arena, build->log, &count, &ignored);
    Text out = text_new(build->arena);
    size_t folder = strlen(build->folder);
    for (int line = 0; text && *text && line < MESSAGE_LINES; text++) {
        if (strncmp(text, build->folder, folder) == 0 && text[folder] == '/')
            text += folder + 1;
        text_add_char(&out, *text);
        line += *text == '\n';
    }
    return out.at;
}

static _Noreturn void exec_compiler(const Build *build, const char *const *words)
{
    int log = open(build->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (log >= 0) {
        dup2(log, 1);
        dup2(log, 2);
    }
    execvp(words[0], (char *const *)(uintptr_t)words);
    dprintf(2, "%s: %s\n", words[0], strerror(errno));
    _exit(127);
}

static bool run_compiler(Build *build, const JitOptions *options, const char *flags)
{
    const char *words[WORDS_MAX + 16];
    int count = split(build->arena, compiler_name(options), words, 0), status = 0;
    count = split(build->arena, "-std=gnu99 -O2 -fPIC -shared -ffp-contract=off -fno-math-errno", words, count);
    if (!flags || !strstr(flags, "-W")) /* who asks for warnings gets them */
        count = split(build->arena, "-w", words, count);
    count = split(build->arena, flags ? flags : "", words, count);
    const char *const tail[] = { "-o", build->object, build->source, NULL };
    memcpy(words + count, tail, sizeof tail);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        exec_compiler(build, words);
    if (pid < 0)
        return fail(build, "fork", strerror(errno)), false;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    return fail(build, words[0], read_log(build)), false;
}

/* Threads of an OpenMP runtime outlive the model's library: keep the runtime mapped when the model goes. */
static void pin_openmp(void)
{
    static const char *const names[] = { "libgomp.so.1", "libomp.so.5", "libomp.so" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        dlopen(names[i], RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

static Jit *build_and_load(Build *build, const JitOptions *options, const char *flags)
{
    if (!run_compiler(build, options, flags))
        return NULL;
    void *library = dlopen(build->object, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return fail(build, "dlopen", dlerror());
    pin_openmp();
    Jit *jit = ARENA_NEW(build->arena, Jit);
    jit->library = library;
    return jit;
}

static const char *without(Arena *arena, const char *flags, const char *flag)
{
    const char *at = flags ? strstr(flags, flag) : NULL;
    return at ? arena_printf(arena, "%.*s%s", (int)(at - flags), flags, at + strlen(flag)) : NULL;
}

/* A compiler may lack OpenMP's library; then the same code runs on one thread. */
static Jit *compile_in_folder(Build *build, const JitOptions *options)
{
    const char *flags = options ? options->flags : NULL;
    Jit *jit = build_and_load(build, options, flags);
    const char *single = jit ? NULL : without(build->arena, flags, "-fopenmp");
    if (single) {
        const char *first_error = *build->error;
        jit = build_and_load(build, options, single);
        if (!jit)
            *build->error = first_error;
    }
    return jit;
}

static Jit *system_compile(Arena *arena, const char *stem, const char *c_text, const char *h_text, const JitOptions *options,
                           const char **error)
{
    Build build = { .arena = arena, .error = error };
    if (!make_folder(&build, stem))
        return NULL;
    FileBytes files[2] = { { .path = build.source, .bytes = c_text, .count = strlen(c_text) },
                           { .path = build.header, .bytes = h_text ? h_text : "", .count = h_text ? strlen(h_text) : 0 } };
    Jit *jit = file_write_all(arena, 2, files, error) ? compile_in_folder(&build, options) : NULL;
    remove_folder(&build);
    return jit;
}

Jit *jit_compile(Arena *arena, const char *stem, const char *c_text, const char *h_text, const JitOptions *options, const char **error)
{
    JitKind kind = options ? options->kind : JIT_AUTO;
    if (kind == JIT_TCC || (kind == JIT_AUTO && !have_compiler(options)))
        return jit_tcc_compile(arena, stem, c_text, h_text ? h_text : "", error);
    return system_compile(arena, stem, c_text, h_text, options, error);
}

void *jit_symbol(Jit *jit, const char *name)
{
    return jit->library ? dlsym(jit->library, name) : jit_tcc_symbol(jit, name);
}

void jit_free(Jit *jit)
{
    if (!jit)
        return;
    if (jit->library)
        dlclose(jit->library);
    jit->library = NULL;
    jit_tcc_free(jit);
}

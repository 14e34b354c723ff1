/* In: the text of a model. Out: how its check went, whatever happened to the process that did it. */
#include "diff/diff.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool outcome_failed(const Outcome *outcome)
{
    return outcome->refused || outcome->died || outcome->result.differences;
}

static Outcome check(const Subject *subject)
{
    Arena *arena = arena_new();
    Diag *diag = diag_new(arena);
    Outcome outcome = { 0 };
    FrontOptions options = { 0 };
    Model *model = model_from_source(arena, source_from_text(arena, subject->label, subject->text, strlen(subject->text)), &options, diag);
    if (!model) {
        outcome.refused = true;
        printf("REFUSED %s\n", subject->label);
        diag_print(diag, stdout);
    } else {
        outcome.result = check_model(arena, model, subject->seed, subject->toolchains, subject->count, subject->label);
    }
    arena_free(arena);
    return outcome;
}

static _Noreturn void child(const Subject *subject, int out, bool loud)
{
    int nowhere = loud ? -1 : open("/dev/null", O_WRONLY);
    if (nowhere >= 0) {
        dup2(nowhere, 1);
        dup2(nowhere, 2);
    }
    Outcome outcome = check(subject);
    fflush(stdout);
    exit(write(out, &outcome, sizeof outcome) == (ssize_t)sizeof outcome ? 0 : 1);
}

Outcome subject_check(const Subject *subject, bool loud)
{
    Outcome outcome;
    int ends[2], status = 0;
    fflush(stdout);
    if (pipe(ends) != 0) {
        perror("pipe");
        exit(2);
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child(subject, ends[1], loud);
    }
    close(ends[1]);
    ssize_t got = read(ends[0], &outcome, sizeof outcome);
    close(ends[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (got == (ssize_t)sizeof outcome && status == 0)
        return outcome;
    if (loud)
        printf("DIED %s: status %d, signal %d\n", subject->label, WEXITSTATUS(status), WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    return (Outcome){ .died = true };
}

/* A signal handler can only reach a file-scope flag: the one such variable of the compiler. */
#include "run/interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t came;

static void note(int number)
{
    static const char text[] = "\nstopping after this epoch (Ctrl-C again: at once)\n";
    (void)number;
    came = 1;
    if (write(2, text, sizeof text - 1) < 0)
        came = 1;
}

void interrupt_listen(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note;
    action.sa_flags = SA_RESETHAND | SA_RESTART;
    came = 0;
    sigaction(SIGINT, &action, NULL);
    action.sa_flags = SA_RESETHAND | SA_RESTART;
    sigaction(SIGTERM, &action, NULL);
}

bool interrupt_came(void)
{
    return came != 0;
}

void interrupt_ignore(void)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

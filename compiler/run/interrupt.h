/* Ctrl-C while training: the first one is noted, a second one ends the process as usual. */
#ifndef RUN_INTERRUPT_H
#define RUN_INTERRUPT_H

#include <stdbool.h>

void interrupt_listen(void);
bool interrupt_came(void);
void interrupt_ignore(void);   /* back to the usual behaviour */

#endif

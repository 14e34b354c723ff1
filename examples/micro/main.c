/* What firmware does with the network: one image, one class, no heap, no files. First it proves on the device that the network computes what
 * bnnc's reference interpreter does (`bnnc --selftest`); then it classifies what the camera left in `frame`. */
#include "micro.h"

#include <stdio.h>

static micro_workspace workspace;
static uint8_t frame[28 * 28];

int main(void)
{
    int differs = micro_selftest(&workspace);
    if (differs) {
        printf("selftest: vector %d differs\n", differs);
        return 1;
    }
    printf("selftest: the same bits as the interpreter; an empty frame is of class %d\n", micro_classify(frame, &workspace));
    return 0;
}

/* The little that a Cortex-M needs before main: the vector table, and the FPU switched on. For qemu's mps2 boards, whose memory begins at 0;
 * a real board's vendor supplies this. */
extern void _start(void); /* of newlib: clears .bss, then main */

static void reset(void)
{
#ifdef __ARM_FP
    *(volatile unsigned *)0xE000ED88 |= 0xFu << 20; /* CPACR: full access to coprocessors 10 and 11 */
    __asm volatile("dsb\nisb");
#endif
    _start();
}

__attribute__((section(".vectors"), used)) void (*const vectors[])(void) = { (void (*)(void))0x20008000 /* the stack */, reset };

/* Holes of ff_product.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/generic.h"
#ifdef _OPENMP
#define BNN_PARALLEL_FOR _Pragma("omp parallel for schedule(static)")
#else
#define BNN_PARALLEL_FOR
#endif
static const float layer_weights[260] = {-0x1.4367c4p+0,0x1.414cdep+0,0x1.f6e88ap+0,-0x1.91f15ep-1,0x1.a8c772p+0,0x1.2a73c2p+0,-0x1.f981d8p+0,0x1.85dec6p+0,0x1.abdeb2p+0,-0x1.7bc9fp+0,0x1.a7f5f8p+0,-0x1.c74314p+0,0x1.ff3f9cp+0,-0x1.ca5794p+0,-0x0p+0,-0x1.47c05ep+0,-0x1.f97616p+0,0x1.378e4ap-1,0x1.055d68p-2,0x1.d24206p+0,0x1.a87034p+0,0x1.b54582p+0,-0x1.ae7f4ep+0,0x1.e05e6cp-2,-0x1.fb80c6p-4,0x1.819c08p+0,0x1.f4c47p+0,0x1p+0,-0x1.6c1292p+0,0x1.9cd3a4p-5,0x1.c48cf6p-2,-0x1.2837fcp+0,-0x1.82bf1cp+0,0x1.4d5d98p-1,0x1.a0ec7p+0,-0x1.0efe4cp+0,-0x1.73a00cp+0,0x1.972d48p+0,0x1.c215dep-1,-0x1p+0,0x1.048064p+0,0x1.04e918p+0,0x1.3295eep-2,-0x1.9dd924p-4,0x1.9bc06p+0,0x1.e4b21cp-1,0x1.df8806p-1,-0x1.21440ap+0,-0x1.43b056p+0,-0x1.b0937cp-4,-0x1.b7844cp-1,0x0p+0,0x1.778502p-1,0x1.5b844cp-2,0x1.6e8276p-3,0x1.8b19ecp-3,-0x1.d0743cp-2,0x1.d099f4p-1,0x1.c1bfecp+0,-0x1.9ff24cp-2,0x1.e3c4dep-1,-0x1.e39322p-1,-0x1.bc760ap+0,0x1.2f859cp-3,-0x1.2bb1dap+0,0x1.8a1894p-2,0x1.5cf74p-1,-0x1.725acap-2,0x1.377ccep-1,-0x0p+0,-0x1.6b2742p-1,0x1.39ed1ap+0,-0x1.252f5ap+0,0x1p+0,-0x1.30b566p+0,0x1.d4334ep+0,0x1.34d73ep+0,0x1.20f9dep-2,-0x1.b4a16cp-4,-0x1.6d4beep+0,0x1.82813cp+0,-0x1.59aeep+0,0x1.6c3562p-3,-0x1.763116p+0,0x1.0e0ba2p-5,-0x1.8034cap+0,0x1.a1f5fep+0,-0x1.22434p+0,0x1.f1ed9ap+0,-0x1.81a56cp-4,0x1.8e62aap+0,0x1.fa7ab8p+0,0x1.2909p-1,-0x1.e639d4p+0,0x1.925876p+0,-0x1.54accep-2,0x1.ca004ap-1,0x1.d853ep+0,-0x1.bdb9eep+0,-0x1.2ad5dp-2,-0x1.19f78cp-1,-0x1.57c394p-1,0x1.bc40a8p-3,0x1.e631cap+0,0x1.e37c7ap-1,0x1.2eb38ep+0,0x1.ae97cep+0,0x1.76ef94p+0,0x1.0090eep+0,-0x1.805d8ap-1,-0x1p+0,-0x1.15769ap+0,-0x1.44d89p+0,0x1.cd481ep-5,0x1.1849f2p+0,0x1.aa71f4p-4,0x1.59daacp+0,-0x0p+0,0x1.40a954p+0,0x1.419c2cp-1,0x1.ececfcp-1,0x0p+0,0x1.238cdep+0,-0x1.282418p+0,0x1.e0a386p-3,0x1.5b8998p+0,-0x1.243adp+0,-0x1.3d17d6p-1,0x1.11e864p-3,0x0p+0,-0x1.d263eep+0,-0x1.5b39e4p-2,0x1.b9ed02p-1,-0x1.712c0cp+0,0x1.927b7cp-4,0x1.f07bbcp+0,-0x1.c3a9a2p+0,-0x1.26e3fp-1,0x1.5c7fep-3,0x1.99211p+0,0x1.113ba2p+0,0x1.951b34p-2,0x1.debd2ep+0,0x1.c5fad2p+0,0x1.09d936p-3,-0x1.83f712p+0,0x1.c64328p-2,0x1.4e7f46p-1,-0x1.2546p-5,0x1.473f7cp-3,0x1.3a8e36p-1,-0x1.61cfa4p+0,-0x1.6a7f9ap+0,-0x1.1fffep-1,0x1.137d84p-1,0x1.3bffa6p-1,0x1.b722c8p-4,0x1.eacee8p-2,-0x1.257996p-1,0x1.00e3d8p-2,-0x1.e9b016p+0,-0x1.d5d6dep-1,-0x1.c8b05ep-1,-0x1.e4b31cp-2,-0x1.4bf654p+0,0x1.6c0908p-1,-0x1.993484p+0,-0x1.e0ac8ep+0,0x1.ca68e2p+0,-0x1.b3814ap+0,-0x1.9de9a8p-7,0x1.504e84p-1,-0x1.af2724p-1,-0x1p+0,-0x1.14a09p+0,0x1.8cbc1ep-1,-0x1.f12216p+0,-0x1.102dbep+0,-0x0p+0,-0x1.efb4dcp+0,0x1.3e88a2p+0,-0x1.a94dcep-1,-0x1.abbe8cp+0,0x1.6581c6p-1,0x1.b16908p-1,-0x1.38cd98p-2,0x1.469c3cp+0,-0x1.fc634cp-1,0x1.41cc46p-2,0x1.f762dep-1,0x1.b2661cp-1,-0x1.d03b8ep+0,-0x1.c7c966p-3,0x1.27313cp-2,0x1.89a9c4p+0,-0x0p+0,-0x1.452346p+0,0x0p+0,-0x1.8fcb66p-6,-0x1.8df5a2p+0,0x1.4f452p-1,0x1.28a68ap+0,0x1.5b8956p-4,0x1.9fab4ap+0,0x1.65e028p+0,-0x1.6592p-1,0x1.befbap+0,0x1p+0,-0x1.29b792p+0,-0x1.161864p-1,-0x1.24b4cep+0,-0x1.9329e4p-3,0x1.059486p-3,0x1.95a7cep-2,-0x1.c914c8p+0,-0x1.63dd52p+0,0x1.2246p+0,-0x1.762ba2p-2,0x1.c7781ap-2,0x1.143acap-2,0x1.e61896p+0,-0x1.18b91ep+0,-0x1.e9022ap+0,-0x0p+0,-0x1.e1bc78p-2,0x1.5a701cp-2,0x1.cfcea4p-3,-0x1.1b01eap-1,0x1.b28912p-1,-0x1.6f2a6p+0,0x1.91274ep-1,0x1p+0,-0x1.36b744p+0,-0x1.fc23dcp-1,-0x1.2f0a42p+0,-0x1.3daa84p+0,-0x1.1f287cp-3,0x1.b6081cp+0,-0x1.1e07ap-3,-0x1.dce992p-3,0x1.570f18p-3,0x1.677252p+0,0x1.cc5feap+0,0x1.46aedap+0,-0x1.31a92ap+0,-0x1.f2b50cp-1,0x1.09a0bcp-2,0x1.8fc4eap+0,-0x1.0e3d82p+0,0x1.b8a298p-1,0x1.74f222p+0,-0x1.e2d172p-1,0x1.651008p+0,0x1p+0,-0x1.8ed9bp-8,-0x1.13d61ep+0,0x1.ccb864p+0,-0x1.d1857ap-1,-0x1.5725p-13,-0x1.e02908p-1,};
static inline float layer_epilogue(float acc, int channel)
{
(void)channel;
return acc;
}
#define $layer$_store layer_store
#define $sum_type$ float
#define $out_type$ float
#define out$extra_parameters$ out
#define $thresholded$ 0
#define $padded$ 4
#define $out_words$ 0
#define $filters$ 4
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $layer$_tile layer_tile
#define pixels$group_parameter$$tile_parameters$ pixels
#define $taps$ 1
#define $depth$ 65
#define $stride$ 4
#define $blocks$ 1
#define $first_filter$ 0
#define $tile$ 4
#define $weights$ layer_weights
#define $grouped$ 0
#define out$extra$ out
#define $copied$ 0
#define $layer$_copy layer_copy
#define $input_gradient$ 0
#define $units$ 65
#define $gathered$ 1
#define $layer$_window layer_window
#define $x_type$ uint8_t
#define col$region_parameter$$group_parameter$ col
#define $row_type$ float
#define $first_tap_slice$ 0
#define $tap_slices$ 1
#define $first_tap_row$ 0
#define $tap_rows$ 1
#define $first_tap_col$ 0
#define $tap_cols$ 1
#define $step_slices$ 1
#define $step_rows$ 1
#define $step_cols$ 1
#define $tested$ 0
#define $apart_slices$ 1
#define $apart_rows$ 1
#define $apart_cols$ 1
#define $source_slices$ 1
#define $source_rows$ 1
#define $source_cols$ 1
#define $kernel_rows$ 1
#define $kernel_cols$ 1
#define $planes$ 1
#define $groups$ 1
#define $first_unit$ 0
#define $layer$ layer
#define $params$ const uint8_t *restrict in0, float *restrict out, int count
#define $prepare$ 
#define $parts$ 1
#define $first_part$ 1
#define $regions$ 1
#define $slices$ 1
#define $rows$ 1
#define $cols$ 1
#define $samples$ count
#define $parallel$ 1
#define $batched$ 1
#define $first_slice$ 0
#define $first_col$ 0
#define $first_row$ 0
#define $in0$ in0
#define $target_slices$ 1
#define $target_rows$ 1
#define $target_cols$ 1
#define $cleared$ 0
#define $stride_slices$ 1
#define $offset_slices$ + 0
#define $stride_rows$ 1
#define $offset_rows$ + 0
#define $stride_cols$ 1
#define $offset_cols$$region_argument$$group_argument$ + 0
#define $tile$$group_argument$$tile_arguments$ 4
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$

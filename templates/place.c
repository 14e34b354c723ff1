#if $tested$
                /* A tap's place among targets that lie apart becomes one in the source; a tap that has none there is left out. */
                if (at_slice < 0 || at_slice % $apart_slices$ || at_row < 0 || at_row % $apart_rows$ || at_col < 0 || at_col % $apart_cols$)
                    continue;
                at_slice /= $apart_slices$;
                at_row /= $apart_rows$;
                at_col /= $apart_cols$;
                if (at_slice >= $source_slices$ || at_row >= $source_rows$ || at_col >= $source_cols$)
                    continue;
#endif

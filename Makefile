# bnnc. `make` builds build/bnnc; `make demo`, `make test` are all a newcomer needs. Everything made lies in build/ (B=DIR: elsewhere).
B       ?= build
CC      ?= gcc
CFLAGS  ?= -O2 -g
FLAGS   := -std=gnu11 -ffp-contract=off -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Icompiler -Iruntime -I$(B)/gen
LAYERS  := base front expr graph lang layers passes plan emit io run cmd
# Keras' .h5 weight files need libhdf5 (Debian: libhdf5-dev); all else goes without. HDF5= on the command line: built without.
HDF5    ?= $(firstword $(wildcard /usr/include/hdf5/serial/hdf5.h))
LEX     := flex
YACC    := bison

all: $(B)/bnnc

# --- objects: one archive a layer, so that a layer is built and tested with nothing above it
SOURCES  = $(wildcard compiler/$(1)/*.c compiler/$(1)/*/*.c)
OBJECTS  = $(patsubst compiler/%.c,$(B)/obj/%.o,$(call SOURCES,$(1)))
GEN_front := $(B)/gen/front/parser.tab.c $(B)/gen/front/lexer.yy.c
GEN_lang  := $(B)/gen/embedded_prelude.c
GEN_emit  := $(B)/gen/embedded_templates.c
GENOBJ    = $(patsubst $(B)/gen/%.c,$(B)/obj/gen/%.o,$(GEN_$(1)))

$(B)/obj/%.o: compiler/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
$(B)/obj/io/hdf5.o: compiler/io/hdf5.c $(B)/gen/hdf5
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CFLAGS) $(if $(HDF5),-DHAVE_HDF5 -isystem $(dir $(HDF5))) -MMD -MP -c $< -o $@
# names the header in use, rewritten when that changes
$(B)/gen/hdf5: hdf5-probe
	@mkdir -p $(@D)
	@echo '$(HDF5)' | cmp -s - $@ || echo '$(HDF5)' > $@
hdf5-probe:
	@$(if $(HDF5),,echo 'without libhdf5-dev: bnnc is built without .h5 weight files')
$(B)/obj/gen/%.o: $(B)/gen/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CFLAGS) -Wno-unused-function -MMD -MP -c $< -o $@
$(B)/obj/runtime/%.o: runtime/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CFLAGS) -fPIC -MMD -MP -c $< -o $@

define LAYER_RULE
$(B)/lib/$(1).a: $$(call OBJECTS,$(1)) $$(call GENOBJ,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	ar rcs $$@ $$^
endef
$(foreach layer,$(LAYERS),$(eval $(call LAYER_RULE,$(layer))))
$(B)/lib/libbnn.a: $(patsubst runtime/%.c,$(B)/obj/runtime/%.o,$(wildcard runtime/*.c))
	@mkdir -p $(@D)
	@rm -f $@
	ar rcs $@ $^

# --- generated sources
$(B)/gen/front/parser.tab.c $(B)/gen/front/parser.tab.h &: compiler/front/parser.y
	@mkdir -p $(@D)
	$(YACC) -Wall -Werror=conflicts-sr -Werror=conflicts-rr -o $(B)/gen/front/parser.tab.c --defines=$(B)/gen/front/parser.tab.h $<
$(B)/gen/front/lexer.yy.c: compiler/front/lexer.l $(B)/gen/front/parser.tab.h
	$(LEX) -o $@ $<
$(call OBJECTS,front): $(B)/gen/front/parser.tab.h
$(B)/embed: compiler/embed.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -O1 -Wall -Wextra $< -o $@
$(B)/gen/embedded_prelude.c: $(B)/embed $(sort $(wildcard compiler/lang/prelude/*.bnn))
	@mkdir -p $(@D)
	$(B)/embed prelude $(sort $(wildcard compiler/lang/prelude/*.bnn)) > $@.tmp && mv $@.tmp $@
EMBEDDED := $(sort $(wildcard templates/*.c runtime/*.h runtime/isa/*.h runtime/*.c))
$(B)/gen/embedded_templates.c: $(B)/embed $(EMBEDDED)
	@mkdir -p $(@D)
	$(B)/embed templates $(EMBEDDED) > $@.tmp && mv $@.tmp $@

# archives from the top layer down, so that the linker finds everything
reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
ARCHIVES := $(patsubst %,$(B)/lib/%.a,$(call reverse,$(LAYERS))) $(B)/lib/libbnn.a
LIBS      = $(B)/lib/tcc.o -lz -lcjson -lnettle $(if $(HDF5),-lhdf5_serial) -ldl -lm

# libtcc.a as one object that shows tcc_* alone: its inner names (expr_const, ...) are ours, too
$(B)/lib/tcc.o:
	@mkdir -p $(@D)
	ld -r -o $@.tmp --whole-archive $$($(CC) -print-file-name=libtcc.a)
	objcopy -w --keep-global-symbol='tcc_*' $@.tmp $@
	@rm -f $@.tmp

$(B)/bnnc: $(B)/obj/main.o $(ARCHIVES) $(B)/lib/tcc.o
	$(CC) $(CFLAGS) -o $@ $(B)/obj/main.o $(ARCHIVES) $(LIBS)

# --- tests of one module while it is being written: make unit-expr runs tests/unit/test_expr.c with the layers built so far
unit-%: tests/unit/test_%.c $(B)/lib/tcc.o
	@mkdir -p $(B)/tests
	$(CC) $(FLAGS) $(CFLAGS) -Itests -DUNIT_STANDALONE $< -o $(B)/tests/$@ $(wildcard $(ARCHIVES)) -lcmocka $(LIBS)
	$(B)/tests/$@
layer-%:
	$(MAKE) $(B)/lib/$*.a

# --- tests: every suite prints "NAME: N passed, N failed"; tests/run.sh adds them up
TESTFLAGS := $(FLAGS) -Itests
$(B)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(TESTFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
SUPPORT := $(patsubst tests/%.c,$(B)/tests/%.o,$(wildcard tests/support/*.c))
UNITS   := $(patsubst tests/%.c,$(B)/tests/%.o,$(wildcard tests/unit/*.c))
$(B)/tests/unit-all: $(UNITS) $(SUPPORT) $(ARCHIVES) | $(B)/lib/tcc.o
	$(CC) $(CFLAGS) -o $@ $^ -lcmocka $(LIBS)
$(B)/tests/larq-all: $(patsubst tests/%.c,$(B)/tests/%.o,$(wildcard tests/larq/*.c)) $(SUPPORT) $(ARCHIVES) | $(B)/lib/tcc.o
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)
$(B)/tests/diff-all: $(patsubst tests/%.c,$(B)/tests/%.o,$(wildcard tests/diff/*.c)) $(SUPPORT) $(ARCHIVES) | $(B)/lib/tcc.o
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)
$(B)/tests/packed-all: $(patsubst tests/%.c,$(B)/tests/%.o,$(wildcard tests/packed/*.c)) $(SUPPORT) $(ARCHIVES) | $(B)/lib/tcc.o
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)
$(B)/tests/pitfalls-all: $(patsubst tests/%.c,$(B)/tests/%.o,$(wildcard tests/pitfalls/*.c)) $(SUPPORT) $(ARCHIVES) | $(B)/lib/tcc.o
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)
$(B)/tests/zoo-all: $(patsubst tests/%.c,$(B)/tests/%.o,$(wildcard tests/zoo/*.c)) $(SUPPORT) $(ARCHIVES) | $(B)/lib/tcc.o
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

# models of the diff suite: one in OTHER goes through another compiler than libtcc, too (COUNT=2000 OTHER=1: an hour of CPU)
COUNT ?= 400
OTHER ?= 14
test: test-packages check-layers
	@MAKE="$(MAKE)" B="$(B)" CC="$(CC)" CFLAGS="$(CFLAGS)" COUNT="$(COUNT)" tests/run.sh
test-unit: $(B)/tests/unit-all
	$<
test-larq: $(B)/tests/larq-all
	$< tests/larq
# every case of tests/larq as packed C; make test-packed PACKED_FLAGS=--all: on every compiler
PACKED_FLAGS ?=
test-packed: $(B)/tests/packed-all
	$< $(PACKED_FLAGS) tests/larq
test-errors: $(B)/bnnc
	tests/errors/run.sh $<
test-golden: $(B)/bnnc
	tests/golden/run.sh $<
test-summary: $(B)/bnnc
	tests/summary/run.sh $<
# all 16 networks, as packed C too: minutes; `make test` takes a few, in the interpreter alone
ZOO ?= $(sort $(patsubst examples/zoo/%.bnn,%,$(wildcard examples/zoo/*.bnn)))
test-zoo: $(B)/tests/zoo-all
	$< $(ZOO_FLAGS) examples/zoo tests/larq/zoo $(ZOO)
$(B)/tests/templates-all: $(B)/tests/templates/harness.o $(B)/tests/templates/test_products.o $(ARCHIVES) | $(B)/lib/tcc.o
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)
test-templates: $(B)/bnnc $(B)/tests/templates-all
	tests/templates/run.sh $(B)
test-diff: $(B)/tests/diff-all
	$< --count $(COUNT) --other $(OTHER)
$(B)/tests/fuzz-%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(ARCHIVES) | $(B)/lib/tcc.o
	$(CC) $(CFLAGS) -o $@ $(filter-out %/tcc.o,$^) $(LIBS)
ENTRIES := parser compile weights data
$(B)/tests/fuzz-arguments: $(B)/tests/fuzz/arguments.o $(B)/tests/fuzz/fuzz_compile.o $(ARCHIVES) | $(B)/lib/tcc.o
	$(CC) $(CFLAGS) -o $@ $(filter-out %/tcc.o,$^) $(LIBS)
test-fuzz: $(ENTRIES:%=$(B)/tests/fuzz-%) $(B)/tests/fuzz-arguments
	tests/fuzz/run.sh $(B)
# libFuzzer proper, for SECONDS each (make fuzz ENTRIES=compile: that one alone): needs clang; what it finds stays in build/fuzz
SECONDS ?= 600
FUZZ_FLAGS := -w -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined
fuzz: $(ENTRIES:%=libfuzzer-%)
$(B)/fuzz-%: $(B)/tests/fuzz/fuzz_%.o $(ARCHIVES) | $(B)/lib/tcc.o
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $(filter-out %/tcc.o,$^) $(LIBS)
$(ENTRIES:%=libfuzzer-%): libfuzzer-%:
	@mkdir -p $(B)/fuzz/found
	tests/fuzz/seeds.sh $(B)/fuzz
	@$(MAKE) --no-print-directory B=$(B)/fuzz CC=clang CFLAGS="$(FUZZ_FLAGS) -fsanitize=fuzzer-no-link" $(B)/fuzz/fuzz-$*
	$(B)/fuzz/fuzz-$* -dict=$(B)/fuzz/words.dict -artifact_prefix=$(B)/fuzz/found/ -max_total_time=$(SECONDS) -rss_limit_mb=4096 -timeout=60 -print_final_stats=1 $(B)/fuzz/$*
test-e2e: $(B)/bnnc
	tests/e2e/run.sh $(B)
test-pitfalls: $(B)/tests/pitfalls-all $(B)/bnnc
	tests/pitfalls/run.sh $(B)
bench: $(B)/bnnc
	tests/bench/run.sh $(B) $(TARGET)
bless: $(B)/bnnc
	tests/errors/run.sh $< --bless; tests/golden/run.sh $< --bless
asan:
	@MAKE="$(MAKE)" B="$(B)/asan" CC="$(CC)" COUNT=30 CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DBNNC_ARENA_CHUNK=64 -DBNNC_VEC_START=1" \
	  ASAN_OPTIONS=detect_leaks=1:allow_user_segv_handler=0 tests/run.sh
check-layers:
	@tests/check_layers.sh

# --- what must be there: installed as root through apt, otherwise the one line to run is printed
PACKAGES      := gcc make flex bison libtcc-dev zlib1g-dev libcjson-dev nettle-dev dataset-fashion-mnist
TEST_PACKAGES := $(PACKAGES) libcmocka-dev libhdf5-dev
packages:
	@tests/packages.sh $(PACKAGES)
test-packages:
	@tests/packages.sh $(TEST_PACKAGES)

# --- the demonstration: build, train on Fashion-MNIST, compile to packed C, run it on the 10,000 test images
demo: packages
	@$(MAKE) -j$$(nproc) --no-print-directory B=$(B) $(B)/bnnc > $(B).log 2>&1 || (mkdir -p $(B); cat $(B).log; exit 1)
	@mkdir -p $(B)/demo && mv $(B).log $(B)/demo/build.log
	@examples/fashion/demo.sh $(B)/bnnc $(B)/demo

PREFIX ?= /usr/local
install: $(B)/bnnc $(B)/lib/libbnn.a
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/bnn/isa
	install -m 755 $(B)/bnnc $(DESTDIR)$(PREFIX)/bin/bnnc
	install -m 644 $(B)/lib/libbnn.a $(DESTDIR)$(PREFIX)/lib/
	install -m 644 runtime/*.h $(DESTDIR)$(PREFIX)/include/bnn/
	install -m 644 runtime/isa/*.h $(DESTDIR)$(PREFIX)/include/bnn/isa/
	printf 'prefix=$(PREFIX)\n\nName: bnn\nDescription: runtime of bnnc\nVersion: 0.1\nLibs: -L$${prefix}/lib -lbnn\nCflags: -I$${prefix}/include/bnn\n' > $(DESTDIR)$(PREFIX)/lib/pkgconfig/bnn.pc

clean:
	rm -rf $(B)
.PHONY: all hdf5-probe clean demo test bench asan bless install packages test-packages check-layers test-unit test-larq test-packed test-errors test-golden test-summary test-zoo test-templates test-diff test-e2e test-pitfalls test-fuzz fuzz $(ENTRIES:%=libfuzzer-%)
-include $(shell find $(B)/obj $(B)/tests -name '*.d' 2>/dev/null)

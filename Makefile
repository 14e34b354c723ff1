# bnnc. `make` builds build/bnnc; `make demo`, `make test` are all a newcomer needs. Everything made lies in build/ (B=DIR: elsewhere).
B       ?= build
CC      ?= gcc
CFLAGS  ?= -O2 -g
FLAGS   := -std=gnu11 -ffp-contract=off -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Icompiler -Iruntime -I$(B)/gen
LAYERS  := base front expr graph lang layers passes plan emit io run cmd
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
LIBS     := -lz -lcjson -ltcc -ldl -lm

$(B)/bnnc: $(B)/obj/main.o $(ARCHIVES)
	$(CC) $(CFLAGS) -o $@ $(B)/obj/main.o $(ARCHIVES) $(LIBS)

# --- tests of one module while it is being written: make unit-expr runs tests/unit/test_expr.c with the layers built so far
unit-%: tests/unit/test_%.c
	@mkdir -p $(B)/tests
	$(CC) $(FLAGS) $(CFLAGS) -Itests -DUNIT_STANDALONE $< -o $(B)/tests/$@ $(wildcard $(ARCHIVES)) -lcmocka $(LIBS)
	$(B)/tests/$@
layer-%:
	$(MAKE) $(B)/lib/$*.a

clean:
	rm -rf $(B)
.PHONY: all clean
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

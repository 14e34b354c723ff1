/* import and from-import. Ours become modules that names walk; a file beside this one is read; everything else is unknown. */
#include "lang/internal.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct { Eval *eval; Scope *scope; } Star;

static void bind_star(void *context, const char *name, Object *value)
{
    Star *star = context;
    if (*name != '_')
        scope_assign(star->eval, star->scope, name, value);
}

/* The path of module `name` beside the source, "dir/utils.py"; NULL when there is no such file. */
static const char *sibling_path(Eval *eval, const Source *source, const char *name)
{
    const char *slash = source ? strrchr(source->name, '/') : NULL;
    int length = slash ? (int)(slash - source->name + 1) : 0;
    char *relative = arena_strdup(eval_arena(eval), name);
    for (char *c = relative; *c; c++)
        *c = *c == '.' ? '/' : *c;
    static const char *const endings[] = {"py", "bnn"};
    for (int i = 0; i < 2; i++) {
        const char *path = arena_printf(eval_arena(eval), "%.*s%s.%s", length, source ? source->name : "", relative, endings[i]);
        FILE *file = fopen(path, "rb");
        if (file) {
            fclose(file);
            return path;
        }
    }
    return NULL;
}

/* The scope of a module beside this file, run once; NULL when there is none. */
static Scope *sibling_module(Eval *eval, const Source *from, const char *name)
{
    const char *path = sibling_path(eval, from, name), *error = NULL;
    if (!path)
        return NULL;
    for (int i = 0; i < eval->modules.count; i++)
        if (!strcmp(eval->modules.at[i].path, path))
            return eval->modules.at[i].scope;
    Source *source = source_read(eval_arena(eval), path, &error);
    if (!source)
        return NULL;
    Scope *scope = scope_new(eval, eval->builtins, SCOPE_MODULE);
    scope_set(eval, scope, eval_intern(eval, "__name__"), object_string(eval_arena(eval), name));
    VEC_PUSH(eval_arena(eval), &eval->modules, ((SiblingModule){path, scope}));
    exec_block(eval, scope, parse_source(eval_arena(eval), source, eval_diag(eval))->body);
    return scope;
}

static Object *module_instance(Eval *eval, Scope *module, const char *name)
{
    Object *object = ARENA_NEW(eval_arena(eval), Object);
    object->kind = OBJECT_INSTANCE;
    object->u.instance.class = ARENA_NEW(eval_arena(eval), Class);
    object->u.instance.class->name = name;
    object->u.instance.class->attributes = object_dict(eval_arena(eval));
    object->u.instance.attributes = object_dict(eval_arena(eval));
    for (int i = 0; i < module->bindings.count; i++)
        object_dict_set(eval_arena(eval), object->u.instance.attributes, module->bindings.at[i].name, module->bindings.at[i].value);
    return object;
}

static Object *module_value(Eval *eval, const char *path, Span span)
{
    const char *canonical = names_canonical(eval, path);
    Scope *sibling = canonical ? NULL : sibling_module(eval, span.source, path);
    if (canonical)
        return names_module(eval, canonical);
    return sibling ? module_instance(eval, sibling, path) : unknown_new(eval, span, "the module '%s'", path);
}

static Flow import_modules(Eval *eval, Scope *scope, const Node *node)
{
    for (const Import *import = node->imports; import; import = import->next) {
        const char *dot = strchr(import->name, '.');
        const char *first = dot ? arena_intern(eval_arena(eval), import->name, (size_t)(dot - import->name)) : import->name;
        const char *canonical = names_canonical(eval, import->name);
        bool wrong = canonical && !names_check_module(eval, canonical, import->span);
        Object *value = wrong ? eval->poison : module_value(eval, import->alias ? import->name : first, import->span);
        scope_assign(eval, scope, import->alias ? import->alias : first, value);
    }
    return FLOW_NEXT;
}


static void import_from_sibling(Eval *eval, Scope *scope, const Node *node, Scope *module)
{
    for (const Import *import = node->imports; import; import = import->next) {
        if (!strcmp(import->name, "*")) {
            for (int i = 0; i < module->bindings.count; i++)
                if (*module->bindings.at[i].name != '_')
                    scope_assign(eval, scope, module->bindings.at[i].name, module->bindings.at[i].value);
            continue;
        }
        Object *value = scope_get(module, import->name);
        if (!value) {
            eval_error(eval, import->span, "'%s' has no '%s'", node->text, import->name);
            value = eval->poison;
        }
        scope_assign(eval, scope, import->alias ? import->alias : import->name, value);
    }
}

static Flow import_from(Eval *eval, Scope *scope, const Node *node)
{
    const char *canonical = names_canonical(eval, node->text);
    Scope *sibling = canonical ? NULL : sibling_module(eval, node->span.source, node->text + strspn(node->text, "."));
    if (sibling) {
        import_from_sibling(eval, scope, node, sibling);
        return FLOW_NEXT;
    }
    bool wrong = canonical && !names_check_module(eval, canonical, node->name_span);
    for (const Import *import = node->imports; import; import = import->next) {
        if (!strcmp(import->name, "*")) {
            Star star = {eval, scope};
            if (canonical)
                names_each(eval, canonical, bind_star, &star);
            continue;
        }
        Object *value = wrong ? eval->poison : canonical ? names_walk(eval, canonical, import->name, import->span)
                                  : unknown_new(eval, import->span, "'%s' of the module '%s'", import->name, node->text);
        scope_assign(eval, scope, import->alias ? import->alias : import->name, value);
    }
    return FLOW_NEXT;
}

Flow exec_import(Eval *eval, Scope *scope, const Node *node)
{
    return node->kind == AST_IMPORT ? import_modules(eval, scope, node) : import_from(eval, scope, node);
}

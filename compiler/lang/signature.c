/* Signatures: text such as "filters: int>0, strides: ints*2 = 1, padding: 'valid'|'same' = 'valid'" parsed once into parameters,
 * with defaults as objects. Binding a call against one is in signature_bind.c. */
#include "lang/signature.h"

#include <ctype.h>
#include <stdlib.h>

typedef struct { Arena *arena; const char *at; } Reader;

static void skip_space(Reader *reader)
{
    while (isspace((unsigned char)*reader->at))
        reader->at++;
}

static bool accept(Reader *reader, const char *token)
{
    skip_space(reader);
    size_t length = strlen(token);
    if (strncmp(reader->at, token, length))
        return false;
    reader->at += length;
    return true;
}

static const char *read_word(Reader *reader)
{
    skip_space(reader);
    const char *begin = reader->at;
    while (isalnum((unsigned char)*reader->at) || *reader->at == '_')
        reader->at++;
    if (reader->at == begin)
        BUG("signature: a word expected at '%.30s'", begin);
    return arena_intern(reader->arena, begin, (size_t)(reader->at - begin));
}

static const char *read_quoted(Reader *reader)
{
    skip_space(reader);
    char quote = *reader->at++;
    const char *begin = reader->at, *end = strchr(begin, quote);
    BUG_IF(!end);
    reader->at = end + 1;
    return arena_intern(reader->arena, begin, (size_t)(end - begin));
}

static double read_number(Reader *reader, bool *integer)
{
    char *end;
    skip_space(reader);
    double value = strtod(reader->at, &end);
    BUG_IF(end == reader->at);
    *integer = strcspn(reader->at, ".eE") >= (size_t)(end - reader->at);
    reader->at = end;
    return value;
}

static Object *read_default(Reader *reader)
{
    bool integer;
    skip_space(reader);
    if (accept(reader, "None"))
        return object_none();
    if (accept(reader, "True"))
        return object_bool(reader->arena, true);
    if (accept(reader, "False"))
        return object_bool(reader->arena, false);
    if (*reader->at == '\'' || *reader->at == '"')
        return object_string(reader->arena, read_quoted(reader));
    if (accept(reader, "(")) {
        Object *tuple = object_list(reader->arena, OBJECT_TUPLE, 0, NULL);
        while (!accept(reader, ")")) {
            object_append(reader->arena, tuple, read_default(reader));
            accept(reader, ",");
        }
        return tuple;
    }
    double value = read_number(reader, &integer);
    return integer ? object_int(reader->arena, (int64_t)value) : object_float(reader->arena, value);
}

static Family family_of_word(const char *word)
{
    static const struct { const char *word; Family family; } families[] = {
#define FAMILY(name, text, shapes) {text, FAMILY_##name},
#include "lang/families.def"
#undef FAMILY
    };
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (!strcmp(families[i].word, word))
            return families[i].family;
    return FAMILY_NONE;
}

static void set_type(Reader *reader, SignatureParameter *parameter, const char *word)
{
    static const struct { const char *word; SignatureType type; } types[] = {
        {"int", TYPE_INT}, {"float", TYPE_FLOAT}, {"bool", TYPE_BOOL}, {"str", TYPE_STR}, {"any", TYPE_ANY},
        {"ints", TYPE_INTS}, {"shape", TYPE_SHAPE}, {"object", TYPE_OBJECT}, {"ignored", TYPE_IGNORED},
    };
    bool integer;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strcmp(types[i].word, word)) {
            parameter->type = types[i].type;
            if (accept(reader, "*"))
                parameter->length = (int)read_number(reader, &integer);
            parameter->bounded = true;
            if (accept(reader, ">="))
                parameter->least = read_number(reader, &integer);
            else if (accept(reader, ">"))
                parameter->exclusive = true, parameter->least = read_number(reader, &integer);
            else
                parameter->bounded = false;
            return;
        }
    parameter->type = TYPE_FAMILY;
    parameter->family = family_of_word(word);
    if (!parameter->family)
        BUG("signature: unknown type '%s'", word);
}

static void read_type(Reader *reader, SignatureParameter *parameter)
{
    do {
        skip_space(reader);
        if (*reader->at == '\'') {
            if (!parameter->typed)
                parameter->type = TYPE_CHOICE;
            VEC_PUSH(reader->arena, &parameter->choices, read_quoted(reader));
        } else if (accept(reader, "None")) {
            parameter->none = true;
        } else {
            set_type(reader, parameter, read_word(reader));
            parameter->typed = true;
        }
    } while (accept(reader, "|"));
}

static void read_parameter(Reader *reader, Signature *signature, bool keyword_only)
{
    SignatureParameter parameter = {.keyword_only = keyword_only, .type = TYPE_ANY};
    parameter.name = read_word(reader);
    if (accept(reader, ":"))
        read_type(reader, &parameter);
    if (accept(reader, "="))
        parameter.fallback = read_default(reader);
    VEC_PUSH(reader->arena, &signature->parameters, parameter);
}

Signature *signature_parse(Arena *arena, const char *text)
{
    Reader reader = {arena, text};
    Signature *signature = ARENA_NEW(arena, Signature);
    bool keyword_only = false;
    signature->text = arena_strdup(arena, text);
    skip_space(&reader);
    while (*reader.at) {
        if (*reader.at == '*') {
            reader.at++;
            keyword_only = true;
        } else {
            read_parameter(&reader, signature, keyword_only);
        }
        skip_space(&reader);
        if (*reader.at && !accept(&reader, ","))
            BUG("signature: a comma expected at '%.30s'", reader.at);
        skip_space(&reader);
    }
    return signature;
}

int signature_count(const Signature *signature)
{
    return signature->parameters.count;
}

const char *signature_name(const Signature *signature, int index)
{
    return signature->parameters.at[index].name;
}

int signature_index(const Signature *signature, const char *name)
{
    for (int i = 0; i < signature->parameters.count; i++)
        if (!strcmp(signature->parameters.at[i].name, name))
            return i;
    return -1;
}

/* Host tool: `embed NAME FILE...` prints a C file with the texts of the files, so that bnnc needs no files at run time.
 * One string per source line; a table of {path, text}. Declared in base/embedded.h. */
#include <stdio.h>
#include <stdlib.h>

static void put_line(const char *line, size_t length)
{
    size_t column = 0;
    fputs("    \"", stdout);
    for (size_t i = 0; i < length; i++, column++) {
        unsigned char c = (unsigned char)line[i];
        if (column == 2000) {
            fputs("\"\n    \"", stdout);
            column = 0;
        }
        if (c == '\n')
            fputs("\\n", stdout);
        else if (c == '"' || c == '\\' || c == '?')
            printf("\\%c", c);
        else if (c < 32 || c > 126)
            printf("\\%03o", c);
        else
            putchar(c);
    }
    fputs("\"\n", stdout);
}

static void put_file(const char *path)
{
    char line[65536];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    printf("  { \"%s\",\n    \"\"\n", path);
    size_t length = 0;
    for (int c; (c = getc(file)) != EOF;) {
        if (c == 0 || length == sizeof line) {
            fprintf(stderr, "%s: a NUL byte or an endless line\n", path);
            exit(1);
        }
        line[length++] = (char)c;
        if (c == '\n') {
            put_line(line, length);
            length = 0;
        }
    }
    if (length)
        put_line(line, length);
    fputs("  },\n", stdout);
    fclose(file);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    printf("/* made by embed */\n#include \"base/embedded.h\"\n\n__extension__ const Embedded embedded_%s[] = {\n", argv[1]);
    for (int i = 2; i < argc; i++)
        put_file(argv[i]);
    puts("  { 0, 0 }\n};");
    return 0;
}

/* Suite fuzz without libFuzzer: `fuzz_X FOLDER|FILE...` runs an entry point over a corpus, and over every file cut short and with bytes
 * changed (by a fixed rule), so that the entry points run under any compiler and sanitizer. Prints "fuzz: N passed, 0 failed": a fault aborts. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static long inputs;

static void run(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1); /* its own block, so that reading past the end is seen */
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    inputs++;
}

static void mutations(uint8_t *data, size_t size)
{
    uint64_t state = size * 0x9E3779B97F4A7C15u + 1;
    run(data, size);
    for (int i = 0; i < 4 && size; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        size_t at = (size_t)(state >> 33) % size;
        uint8_t old = data[at];
        run(data, at);
        data[at] = "()[]{}:,=*\n\"'#0x@\\. \t\xff\0"[(state >> 20) % 24];
        run(data, size);
        data[at] = old;
    }
}

static int replay(const char *path)
{
    DIR *folder = opendir(path);
    if (folder) {
        for (struct dirent *entry; (entry = readdir(folder));) {
            char inner[4096];
            snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
            if (entry->d_name[0] != '.' && replay(inner))
                return 1;
        }
        closedir(folder);
        return 0;
    }
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    static uint8_t data[1 << 20];
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    mutations(data, size);
    return 0;
}

int main(int count, char **paths)
{
    for (int i = 1; i < count; i++)
        if (replay(paths[i]))
            return 1;
    printf("fuzz: %ld passed, 0 failed\n", inputs);
    return inputs == 0;
}

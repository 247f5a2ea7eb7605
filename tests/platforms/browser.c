/* Stands for the player's browser: leaves the number of its arguments and the first of them in the file that is named opened. */
#include <windows.h>

#include <stdio.h>

int main(int argc, char **argv) {
    char place[MAX_PATH], unfinished[MAX_PATH + 8];
    FILE *file;

    GetEnvironmentVariableA("LATCHKEY_TEST_OPENED", place, sizeof place);
    snprintf(unfinished, sizeof unfinished, "%s.tmp", place);
    file = fopen(unfinished, "w");
    if (!file) return 1;
    fprintf(file, "%d\n%s\n", argc - 1, argc > 1 ? argv[1] : "");
    fclose(file);
    return MoveFileA(unfinished, place) ? 0 : 1;
}

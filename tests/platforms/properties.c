/* Prints what the Explorer shows as the properties of a file. */
#include <windows.h>

#include <stdio.h>

static void print(const void *info, const char *name) {
    char place[64], *text = NULL;
    UINT length = 0;

    snprintf(place, sizeof place, "\\StringFileInfo\\040904b0\\%s", name);
    if (VerQueryValueA(info, place, (void **)&text, &length)) printf("%s: %s\n", name, text);
}

int main(int argc, char **argv) {
    static char info[16384];
    VS_FIXEDFILEINFO *fixed = NULL;
    UINT length = 0;

    if (argc < 2 || !GetFileVersionInfoA(argv[1], 0, sizeof info, info)) return 1;
    print(info, "ProductName");
    print(info, "ProductVersion");
    print(info, "FileVersion");
    print(info, "OriginalFilename");
    print(info, "LegalCopyright");
    if (!VerQueryValueA(info, "\\", (void **)&fixed, &length)) return 1;
    printf("numbers: %d.%d.%d.%d\n", HIWORD(fixed->dwFileVersionMS), LOWORD(fixed->dwFileVersionMS),
           HIWORD(fixed->dwFileVersionLS), LOWORD(fixed->dwFileVersionLS));
    return 0;
}

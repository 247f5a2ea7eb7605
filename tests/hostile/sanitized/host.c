/* Loads a library and calls one function of it that takes nothing: host LIBRARY FUNCTION. */

#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **words) {
    void *library = count == 3 ? dlopen(words[1], RTLD_NOW) : NULL;
    void *symbol = library ? dlsym(library, words[2]) : NULL;
    void (*function)(void);

    if (!symbol) {
        const char *problem = dlerror();
        fprintf(stderr, "host: %s\n", problem ? problem : "host LIBRARY FUNCTION");
        return 2;
    }
    *(void **)&function = symbol;
    function();
    puts("host: done");
    return 0;
}

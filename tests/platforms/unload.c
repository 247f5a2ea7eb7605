/*
 * Loads the library as an engine's plugin does, frees it while it is at work, and counts the threads that are left after each shutdown.
 * Takes an issuer at which a sign-in waits for its player.
 */
#include <latchkey.h>

#include <windows.h>

#include <tlhelp32.h>

#include <stdio.h>

enum { ROUNDS = 40 };

/* A function of a DLL comes as one type and is another. */
#define FIND(library, name) \
    static name##_type name##_found; \
    *(FARPROC *)(void *)&name##_found = GetProcAddress(library, #name)

typedef uint32_t (*latchkey_version_type)(void);
typedef latchkey_result (*latchkey_client_create_type)(const latchkey_config *, latchkey_client **);
typedef void (*latchkey_client_destroy_type)(latchkey_client *);
typedef latchkey_result (*latchkey_start_login_type)(latchkey_client *, const latchkey_login_options *);
typedef latchkey_result (*latchkey_poll_status_type)(const latchkey_client *, latchkey_status *);
typedef latchkey_result (*latchkey_shutdown_type)(uint32_t);

static unsigned threads(void) {
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 entry;
    unsigned count = 0;
    BOOL more;

    entry.dwSize = sizeof entry;
    for (more = Thread32First(snapshot, &entry); more; more = Thread32Next(snapshot, &entry)) {
        if (entry.th32OwnerProcessID == GetCurrentProcessId()) count++;
    }
    CloseHandle(snapshot);
    return count;
}

static int fails(const char *what, unsigned is, unsigned was) {
    fprintf(stderr, "%s: %u, was %u\n", what, is, was);
    return 1;
}

int main(int argc, char **argv) {
    const unsigned threads_before = threads();
    HMODULE library = LoadLibraryA("latchkey.dll");
    latchkey_config config = LATCHKEY_CONFIG_INIT;
    unsigned at_work = 0;
    int round;
    FIND(library, latchkey_version);
    FIND(library, latchkey_client_create);
    FIND(library, latchkey_client_destroy);
    FIND(library, latchkey_start_login);
    FIND(library, latchkey_poll_status);
    FIND(library, latchkey_shutdown);

    if (argc < 2 || !library) return 2;
    config.issuer = argv[1];
    config.client_id = "unload";
    config.browser = LATCHKEY_BROWSER_HOST;
    for (round = 0; round < ROUNDS; round++) {
        latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
        latchkey_status status = LATCHKEY_STATUS_INIT;
        latchkey_client *client = NULL;

        if (latchkey_client_create_found(&config, &client) != LATCHKEY_OK) return fails("client_create", 0, 0);
        if (latchkey_start_login_found(client, &options) != LATCHKEY_OK) return fails("start_login", 0, 0);
        do latchkey_poll_status_found(client, &status);
        while (status.state == LATCHKEY_STATE_STARTING);
        if (status.state != LATCHKEY_STATE_WAITING_FOR_PLAYER) return fails("state", status.state, LATCHKEY_STATE_WAITING_FOR_PLAYER);
        at_work = threads();
        if (round == 0) FreeLibrary(library); /* As a plugin that is switched off in the middle of a sign-in. */
        if (!GetModuleHandleA("latchkey.dll")) return fails("modules", 0, 1);
        latchkey_client_destroy_found(client);
        if (latchkey_shutdown_found(2000) != LATCHKEY_OK) return fails("shutdown", 0, 0);
        if (threads() != threads_before) return fails("threads", threads(), threads_before);
    }
    if (at_work <= threads_before) return fails("threads at work", at_work, threads_before + 1);
    printf("threads: %u at work, %u left; version: %u\n", at_work - threads_before, threads() - threads_before,
           (unsigned)latchkey_version_found());
    return 0;
}

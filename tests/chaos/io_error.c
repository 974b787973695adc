/* Fails one fsync or fdatasync with EIO: the N-th one after the file named by CHAOS_EIO appears, which holds N. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_int passed;

static int due(void) {
    const char *path = getenv("CHAOS_EIO");
    FILE *file = path ? fopen(path, "r") : NULL;
    int wanted = 0;
    if (!file) return 0;
    if (fscanf(file, "%d", &wanted) != 1) wanted = 1;
    fclose(file);
    if (atomic_fetch_add(&passed, 1) + 1 < wanted) return 0;
    atomic_store(&passed, 0);
    return unlink(path) == 0;
}

static int sync_with(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (due()) { errno = EIO; return -1; }
    return real(fd);
}

int fsync(int fd) { return sync_with("fsync", fd); }
int fdatasync(int fd) { return sync_with("fdatasync", fd); }

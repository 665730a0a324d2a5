/* Loaded before the C library: counts every sync of a file to the disk, and fails all of them while a
   file of a given name is there, as a disk does that can no longer write; or lets each take some
   microseconds more, as a slower disk would. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int synced(const char *name, int fd)
{
    const char *trigger = getenv("FAIL_SYNC_WHILE");
    const char *count = getenv("COUNT_SYNCS_IN");
    const char *longer = getenv("LENGTHEN_SYNC_US");
    char link[64], path[4096];
    int (*real)(int);

    if (trigger != NULL && access(trigger, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    real = (int (*)(int)) dlsym(RTLD_NEXT, name);
    if (real(fd) != 0)
        return -1;
    if (longer != NULL)
        usleep((useconds_t) atol(longer));
    if (count != NULL) {
        int out = open(count, O_WRONLY | O_CREAT | O_APPEND, 0600);
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t n = readlink(link, path, sizeof path - 2);
        if (out >= 0 && n > 0) {
            path[n] = '\n';
            if (write(out, path, n + 1) < 0)
                n = 0;
        }
        if (out >= 0)
            close(out);
    }
    return 0;
}

int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }

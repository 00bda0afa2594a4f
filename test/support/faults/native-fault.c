/* A native addon that misbehaves as soon as it is loaded, in the way that the variable PLANTED_FAULT names. */
#include <stdlib.h>
#include <string.h>

__attribute__((visibility("default"))) void *napi_register_module_v1(void *env, void *exports) {
  const char *fault = getenv("PLANTED_FAULT");
  if (!fault) return exports;
  if (strcmp(fault, "segfault") == 0) *(volatile int *)0 = 1;
  if (strcmp(fault, "abort") == 0) abort();
  if (strcmp(fault, "loop") == 0)
    for (volatile unsigned long i = 0;; i++) {
    }
  if (strcmp(fault, "hoard") == 0)
    for (;;) memset(malloc(1 << 24), 1, 1 << 24);
  return exports;
}

#include "windows/scm.h"

void scm_of_windows(struct scm *ret)
{
#define X(name) ret->name = name;
    SCM_CALLS(X)
#undef X
}

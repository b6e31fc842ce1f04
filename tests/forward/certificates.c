/* certificates FOLDER: what support/authority.h makes. */
#include "support/authority.h"

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    authority_make(argv[1]);
    return 0;
}

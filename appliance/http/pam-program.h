/* How gantry-pam ends, and when. */
#pragma once

#define PAM_PROGRAM_RIGHT 0 /* the password is right, and the account may log in */
#define PAM_PROGRAM_WRONG                                                                          \
    10                      /* the password or the user is wrong, or the account may not log in    \
                             */
#define PAM_PROGRAM_AWAY 11 /* PAM cannot say, or not within PAM_PROGRAM_S */
#define PAM_PROGRAM_S    10

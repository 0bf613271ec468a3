"""A demonstration: the pilots of 2023 and two made-up units from registration to decision, through the real services.

It acts as the units' and bodies' own users on a virtual clock. Nothing here may reach around the services.
"""
